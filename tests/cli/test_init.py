from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli import cli

GOOD = {"--id": "BKK-5-1", "--office": "BKK-5", "--device": "tcp://127.0.0.1:9"}


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--id", "ตู้ 1", "kiosk.id has to be letters, digits and hyphens"),
        ("--office", "BKK-9", "'BKK-9' is not one of 'BKK-1'"),
        ("--device", "lp0", "'lp0' is no printer (unknown kind); write tcp://host:port"),
    ],
)
def test_a_wrong_value_leaves_nothing_in_the_way_of_the_right_one(
    tmp_path: Path, option: str, value: str, said: str
) -> None:
    def made(values: dict[str, str]) -> tuple[int, str]:
        words = [word for pair in values.items() for word in pair]
        config = str(tmp_path / "kiosk.toml")
        result = CliRunner().invoke(cli, ["--config", config, "init", *words])
        return result.exit_code, result.output

    code, told = made(GOOD | {option: value})
    assert code == 2
    assert said in told
    assert list(tmp_path.iterdir()) == []
    assert made(GOOD)[0] == 0
