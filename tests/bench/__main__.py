"""Runs the benchmarks that are named, or all of them."""

import json
import sys
from collections.abc import Callable, Mapping

from tests.bench.back_up import backup_mb, backup_seconds, verify_disposed_seconds
from tests.bench.certificate import certificate_seconds
from tests.bench.demo import demo_ready_seconds
from tests.bench.imports import import_seconds
from tests.bench.kept import kept_page_p95_ms
from tests.bench.letters import letters_ratio
from tests.bench.morning import morning_registers_per_second
from tests.bench.night import check_growth, check_ratio_100, check_seconds_100, check_stages_seconds_100
from tests.bench.registers import (
    pupil_page_p95_ms,
    register_open_p95_ms,
    register_page_kb,
    register_page_requests,
    register_queries_open,
    register_queries_save,
    register_save_p95_ms,
    today_p95_ms,
)
from tests.bench.result import Result
from tests.bench.seal import verify_seconds
from tests.bench.together import register_changes_per_second, registers_per_second
from tests.bench.trust_page import trust_page_p95_ms

BENCHMARKS: Mapping[str, Callable[[], Result]] = {
    "import_seconds": import_seconds,
    "register_queries_save": register_queries_save,  # on blank registers: before they are saved
    "register_save_p95_ms": register_save_p95_ms,
    "register_open_p95_ms": register_open_p95_ms,
    "register_queries_open": register_queries_open,
    "register_page_kb": register_page_kb,
    "register_page_requests": register_page_requests,
    "registers_per_second": registers_per_second,
    "register_changes_per_second": register_changes_per_second,
    "morning_registers_per_second": morning_registers_per_second,
    "today_p95_ms": today_p95_ms,
    "pupil_page_p95_ms": pupil_page_p95_ms,
    "kept_page_p95_ms": kept_page_p95_ms,
    "check_seconds_100": check_seconds_100,
    "check_stages_seconds_100": check_stages_seconds_100,
    "check_ratio_100": check_ratio_100,
    "check_growth": check_growth,
    "verify_seconds": verify_seconds,
    "backup_seconds": backup_seconds,
    "backup_mb": backup_mb,
    "verify_disposed_seconds": verify_disposed_seconds,
    "certificate_seconds": certificate_seconds,
    "letters_ratio": letters_ratio,
    "trust_page_p95_ms": trust_page_p95_ms,
    "demo_ready_seconds": demo_ready_seconds,
}


def main(names: list[str]) -> int:
    """Run benchmarks by name; 2 for a name there is not."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.stderr.write(f"No benchmark is named {', '.join(unknown)}. There are: {', '.join(BENCHMARKS)}.\n")
        return 2
    for name in names or BENCHMARKS:
        sys.stderr.write(f"Measuring {name}\n")
        sys.stdout.write(json.dumps({"name": name, **BENCHMARKS[name]()._asdict()}) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
