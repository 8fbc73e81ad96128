#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What is complete in seconds; more with `make model FAULTS=2` and 3. Then every rule broken in turn.
set -eu
model=${MODEL:-tests/model/model}
"$model" --faults 1 --coarse
"$model" --faults 1 --whole
"$model" --faults 2 --whole --coarse
"$model" --prove --faults 2 --whole --coarse
