"""`python -m kiosk`: the command line, where the script is not on the PATH."""

from kiosk.cli import main

main()
