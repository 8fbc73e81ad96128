// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * frr-mlag-health: asks mlagd how the pair is and says it in one line and an exit
 * status that monitoring systems know (G7, doc/frr-mlag-health.8). Changes nothing.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "health/ask.h"
#include "health/judge.h"

#define RUN_DIR	    "/run/frr"
#define TIMEOUT_MAX 3600 /* seconds */

struct wish {
	char socket[128];
	int timeout_s;
	int json;
};

static const char usage[] = "usage: frr-mlag-health [-N INSTANCE | -s SOCKET] [-t SECONDS] [-j]\n"
			    "exit status: 0 OK, 1 warning, 2 critical, 3 unknown\n";

/* 0: go on, else: 1 + what to exit with. */
static int options(int argc, char **argv, struct wish *w)
{
	static const struct option longs[] = {
		{"instance", required_argument, NULL, 'N'}, {"socket", required_argument, NULL, 's'},
		{"timeout", required_argument, NULL, 't'},  {"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},	    {"version", no_argument, NULL, 'V'},
		{NULL},
	};
	int c, fits = 1;

	while ((c = getopt_long(argc, argv, "N:s:t:jhV", longs, NULL)) != -1) {
		switch (c) {
		case 'N':
			fits = snprintf(w->socket, sizeof(w->socket), RUN_DIR "/%s/mlagd.vty", optarg) <
			       (int)sizeof(w->socket);
			break;
		case 's':
			fits = snprintf(w->socket, sizeof(w->socket), "%s", optarg) < (int)sizeof(w->socket);
			break;
		case 't':
			w->timeout_s = atoi(optarg);
			fits = w->timeout_s > 0 && w->timeout_s <= TIMEOUT_MAX;
			break;
		case 'j':
			w->json = 1;
			break;
		case 'h':
			fputs(usage, stdout);
			return 1 + HEALTH_OK;
		case 'V':
			puts(PACKAGE_STRING);
			return 1 + HEALTH_OK;
		default:
			fits = 0;
		}
		if (!fits)
			break;
	}
	if (fits && optind == argc)
		return 0;
	fputs(usage, stderr);
	return 1 + HEALTH_UNKNOWN;
}

/* The answer judged; a daemon that does not answer serves nobody for long. */
static void judge(const struct wish *w, struct health_verdict *v)
{
	char why[256];
	char *answer = ask(w->socket, "show mlag json", w->timeout_s * 1000, why, sizeof(why));
	struct json_object *mlag;

	if (!answer) {
		v->level = HEALTH_CRITICAL;
		snprintf(v->text, sizeof(v->text), "mlagd does not answer: %s", why);
		return;
	}
	mlag = json_tokener_parse(answer);
	health_judge(mlag, v);
	json_object_put(mlag);
	free(answer);
}

static void print_json(const struct health_verdict *v)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "health", json_object_new_string(health_name(v->level)));
	json_object_object_add(o, "text", json_object_new_string(v->text));
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
}

int main(int argc, char **argv)
{
	struct wish w = {.socket = RUN_DIR "/mlagd.vty", .timeout_s = 5};
	struct health_verdict v = {.level = HEALTH_UNKNOWN};
	int end = options(argc, argv, &w);

	if (end)
		return end - 1;
	judge(&w, &v);
	if (w.json)
		print_json(&v);
	else
		printf("MLAG %s - %s\n", health_name(v.level), v.text);
	return (int)v.level;
}
