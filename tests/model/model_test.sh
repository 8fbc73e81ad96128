#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What is complete in seconds; more with `make model-full`. Then every rule broken in turn.
set -eu
model=${MODEL:-tests/model/model}
"$model" --faults 0 --sound
"$model" --faults 1 --whole
"$model" --faults 1 --whole --paths 2
"$model" --faults 1 --whole --hang --sound
"$model" --faults 1 --whole --routes --sound
"$model" --faults 1 --whole --follow --sound
"$model" --faults 2 --whole
"$model" --flap --faults 12 --whole
"$model" --prove --faults 2 --whole
