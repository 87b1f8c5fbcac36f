# What one may ask for. Everything stays in this folder: .venv, .venv-objects, .janus, node_modules, var.
#   make run [NETNS=1]      make test [ARGS="tests/meetings -x"]      make bench-NAME      make demo      make janus
.PHONY: run test soak janus lint types js messages bench demo reset install install-tests
.ONESHELL:
.SHELLFLAGS := -euc

PYTHON := .venv/bin/python
VISIO := $(PYTHON) -m visio_site
TEMPLATES = $$(find templates -name '*.html')
BENCHES := admin captions compose diarization erasure failover frontend join minutes pages pipeline queue recognisers recording room search sfu signalling transcription
export PATH := $(CURDIR)/.venv/bin:$(PATH)

run: install
	@exec $(VISIO) run $(if $(filter 1,$(NETNS)),--netns)

# Janus 1.4.1, beside .venv: about 5 minutes once.
janus: install
	@exec python3 -m visio_site.janus_build

# Beside a running Visio, never on its ports nor in its state.
test soak: export VISIO_VAR := $(CURDIR)/var/test
test soak: export VISIO_PORT := 18000
test soak: export VISIO_RTP_PORTS := 21000-21999
test soak: export DJANGO_SETTINGS_MODULE := visio_site.settings.test
ALL := $(VISIO) exec --netns --fresh --no-fsync --services all --
TESTS := $(ALL) $(PYTHON) -m pytest

# Journeys have the machine to themselves: they are of pictures and sound.
PASSES = $(PYTHON) -m pytest -m "not soak" -n 2 --ignore tests/journeys; \
	$(PYTHON) -m pytest -m "not soak" tests/journeys

# JANUS=built: on what `make janus` built, not on Debian's.
test: export VISIO_JANUS := $(or $(JANUS),debian)
test: install-tests
	@$(if $(ARGS),exec $(TESTS) -m "not soak" $(ARGS),exec $(ALL) sh -euc '$(PASSES)')

# Writes the table of docs/reliability.md.
soak: export RELIABILITY_TABLE := 1
soak: install-tests janus
	@for janus in debian built; do
		VISIO_JANUS=$$janus $(TESTS) tests/journeys tests/meetings/janus
		VISIO_JANUS=$$janus JANUS_NODES=2 $(TESTS) tests/journeys/test_failover.py
	done
	SOAK_SECONDS=600 $(TESTS) tests/soak tests/meetings/recordings tests/transcripts/test_killed.py tests/transcripts/live

lint: install-tests
	@ruff format --check .
	ruff check .
	djhtml --check $(TEMPLATES)
	djade --check --target-version 5.2 $(TEMPLATES)
	lint-imports

types: install-tests js
	@mypy accounts bench deploy governance meetings tests transcripts visio_site manage.py

js: install-tests
	@cd tests/js
	npx --no-install tsc --project .
	node --test

messages: export DJANGO_SETTINGS_MODULE := visio_site.settings.test
messages: install-tests
	@$(PYTHON) manage.py makemessages -l fr --no-location --no-obsolete --no-wrap -i '.venv*' -i var -i tests -i bench
	sed -i '/Report-Msgid-Bugs-To\|POT-Creation-Date/d' locale/fr/LC_MESSAGES/django.po

bench: $(BENCHES:%=bench-%)

bench-%: export VISIO_VAR := $(CURDIR)/var/bench
bench-%: export VISIO_PORT := 28000
bench-%: export VISIO_RTP_PORTS := 22000-22999
bench-failover: export JANUS_NODES := 2
bench-captions: export CAPTIONS_ENGINE := kyutai
bench-captions: export CAPTIONS_SERVERS := ws://127.0.0.1:28998
bench-admin bench-queue: ONLY := --services postgres,redis
bench-minutes: ONLY := --services postgres,redis,objects,web  # no worker that would take its jobs
bench-erasure: ONLY := --services postgres,redis,objects
bench-%: install-tests
	@exec $(VISIO) exec --netns --fresh $(ONLY) -- $(PYTHON) -m bench.$(subst -,_,$*)

# Beside `make run`: three browsers hold a meeting there.
demo: install-tests
	@exec $(VISIO) join -- $(PYTHON) -m bench.demo

reset:
	@$(VISIO) reset

install:
	@python3 visio_site/install.py

install-tests:
	@python3 visio_site/install.py --tests
