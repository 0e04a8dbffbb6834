"""The catalogue of faults: one file each. A file here may know the machine and nothing else."""
