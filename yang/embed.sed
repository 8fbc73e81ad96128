# SPDX-License-Identifier: GPL-2.0-or-later
# A text as a C string literal, line by line.
s/\\/\\\\/g
s/"/\\"/g
s/^/"/
s/$/\\n"/
