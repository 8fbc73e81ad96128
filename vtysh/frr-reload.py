#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Stock frr-reload.py, told that `mlag` opens a block.

FRR's reload compares frr.conf with the running configuration block by block,
and knows the blocks from a fixed table. This runs FRR's own program, found
beside this one as frr-reload.py.distrib (where dpkg-divert moved it), with one
entry more in that table. Nothing of FRR's is changed on disk.
"""

import ast
import os
import sys

STOCK = os.path.abspath(__file__) + ".distrib"


def is_main(node):
    """The part at the end that runs when the file is started as a program."""
    return isinstance(node, ast.If) and "__main__" in ast.dump(node.test)


def compiled(nodes):
    return compile(ast.Module(body=nodes, type_ignores=[]), STOCK, "exec")


def main():
    if not os.path.exists(STOCK):
        sys.exit("frr-reload: FRR's own frr-reload.py is not there, install frr-pythontools")
    with open(STOCK, encoding="utf-8") as f:
        body = ast.parse(f.read(), STOCK).body
    sys.path.insert(0, os.path.dirname(STOCK))
    names = {"__name__": "__main__", "__file__": STOCK}
    exec(compiled([n for n in body if not is_main(n)]), names)
    keywords = names.get("ctx_keywords")
    if isinstance(keywords, dict):
        keywords.setdefault("mlag", {})
    else:
        print("frr-reload: mlag blocks are not known to this frr-reload.py", file=sys.stderr)
    exec(compiled([n for n in body if is_main(n)]), names)


if __name__ == "__main__":
    main()
