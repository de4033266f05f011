"""python -m atomicpay.devstack demo | test | manage | bench: what the Makefile calls."""

import argparse
import os
import signal
import sys

from atomicpay.devstack.bench import bench
from atomicpay.devstack.demo import demo, manage
from atomicpay.devstack.options import read_options
from atomicpay.devstack.processes import die_with_parent, stop_on_signals
from atomicpay.devstack.suite import test

# Their arguments belong to pytest and to manage.py.
PASSED_ON = ("test", "manage")


def main(arguments: list[str]) -> int:
    command, rest = arguments[:1], arguments[1:]
    chosen = _parser().parse_args(command if command and command[0] in PASSED_ON else arguments)
    options = read_options()
    stop_on_signals()
    if options.started_by_make:
        die_with_parent(signal.SIGTERM, os.getppid())
    match chosen.command:
        case "demo":
            return demo(options, once=chosen.once)
        case "test":
            return test(options, rest)
        case "manage":
            return manage(options, rest)
        case _:
            return bench(options, customers=chosen.customers, only=chosen.only, fresh=chosen.fresh)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m atomicpay.devstack", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    demo_parser = commands.add_parser("demo", help="run the product with demo data")
    demo_parser.add_argument("--once", action="store_true", help="make one journey through it and exit")
    commands.add_parser("test", help="run all tests, or pytest once with the arguments given")
    commands.add_parser("manage", help="run a management command on the demo's database")
    bench_parser = commands.add_parser("bench", help="measure, one JSON object per line")
    bench_parser.add_argument("--customers", type=int, default=1_000_000)
    bench_parser.add_argument("--only", help="names of measurements, separated by commas")
    bench_parser.add_argument("--fresh", action="store_true", help="fill the database anew")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
