// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A list in a body: how many entries, how long each is, then the entries. One
 * reader and one writer for all kinds; what an entry is made of is the kind's.
 */
#include "mlagd/wire/body.h"
#include "mlagd/wire/wire.h"

int wire_list_write(struct wire_out *out, const struct wire_list *l, const void *entries, unsigned int n)
{
	if (n < 1 || n > l->max)
		return WIRE_BAD_VALUE;
	wire_put16(out, (uint16_t)n);
	wire_put16(out, l->len);
	for (unsigned int i = 0; i < n; i++)
		if (!l->write(out, (const char *)entries + i * l->size))
			return WIRE_BAD_VALUE;
	return WIRE_OK;
}

int wire_list_read(struct wire_in *in, const struct wire_list *l, void *entries, unsigned int *n)
{
	uint16_t count = wire_get16(in), len = wire_get16(in);

	if (in->bad)
		return WIRE_SHORT;
	if (count < 1 || count > l->max || len < l->len)
		return WIRE_BAD_VALUE;
	for (unsigned int i = 0; i < count; i++) {
		struct wire_in entry = wire_sub(in, len);

		if (in->bad)
			return WIRE_SHORT;
		if (!l->read(&entry, (char *)entries + i * l->size))
			return WIRE_BAD_VALUE;
	}
	*n = count;
	return WIRE_OK;
}
