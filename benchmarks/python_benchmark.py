#!/usr/bin/env python3
"""What Python costs: importing the package, reading the bundled example, a `who` as Python objects.

    PYTHONPATH=build/release/python benchmarks/python_benchmark.py

Prints the best of several rounds in milliseconds, without and with what the interpreter itself takes.
"""

import pathlib
import subprocess
import sys
import time

SHOP = pathlib.Path(__file__).resolve().parent.parent / "examples/shop"


def best(do, rounds):
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        do()
        times.append(time.perf_counter() - begin)
    return min(times) * 1000


def main():
    def start(code):
        return lambda: subprocess.run([sys.executable, "-c", code], check=True)

    empty = best(start("pass"), 20)
    print(f"import whomay        {best(start('import whomay'), 20) - empty:7.2f} "
          f"(interpreter {empty:.2f})")
    import whomay

    inputs = [SHOP / "change/plan.json", SHOP / "manifests"]
    print(f"load                 {best(lambda: whomay.load(*inputs).after.can('jonas', 'get pods'), 20):7.2f}")
    access = whomay.load(*inputs)
    native = access._access
    options = whomay.analysis._options({})
    for name, permission in (("who get secrets", "get secrets -n shop"),
                             ("who s3:GetObject", "s3:GetObject arn:aws:s3:::example-shop-orders/1")):
        words = permission.split()
        whole = best(lambda: access.who(permission), 50)
        engine = best(lambda: native.ask("who", words, options, "after"), 50)
        print(f"{name:20} {whole:7.2f} (engine alone {engine:.2f})")


if __name__ == "__main__":
    main()
