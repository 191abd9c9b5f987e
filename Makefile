# make run    install, train, start everything, say where to look
# make test   everything the tests need, then the tests
.PHONY: run test install check bench screenshots lock clean

run: install
	@.venv/bin/python -m bot serve

test: install
	@scripts/test

install:
	@scripts/install

check: install            # lint and types
	@scripts/check

bench: install            # measures into docs/benchmarks; some of it: make bench parts="curve hint3"
	@.venv/bin/python -m benchmarks $(parts)

screenshots: install      # docs/screenshots from the running pages
	@IOP_SCREENSHOTS=1 scripts/test tests/e2e

lock:                     # after a change of the dependencies in pyproject.toml
	@scripts/lock

clean:
	@rm -rf .venv models var .rasa
