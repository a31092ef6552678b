# Every job of the project is a target here; `make help` lists them. CI runs the same targets (.ci/run).
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

DATA_DIR ?= .w2w
ADDR ?= 127.0.0.1:8080
BENCH ?= .
GOLANGCI_VERSION := v2.15.0
GOLANGCI := bin/tools/golangci-lint-$(GOLANGCI_VERSION)
GOVULNCHECK_VERSION := v1.9.0
GOVULNCHECK := bin/tools/govulncheck-$(GOVULNCHECK_VERSION)
VULNDB ?= https://vuln.go.dev
# No C compiler is needed; the race detector, which needs one, says so itself.
export CGO_ENABLED := 0
# The modules of the workspace, as folders and as patterns of packages.
MODULES := $(shell sed -n 's|^[[:space:]]*\./\([^[:space:]]*\).*|\1|p' go.work)
BENCHED = $(addprefix ./,$(sort $(dir $(shell git grep -l '^func Benchmark' -- '*_test.go'))))
PACKAGES := $(addprefix ./,$(addsuffix /...,$(MODULES)))

# Modules outside the workspace: tools with dependencies of their own.
APART := $(patsubst %/go.mod,%,$(wildcard tools/*/go.mod))
VERSION ?= $(shell git describe --tags --always --dirty)
ARCH ?= $(shell go env GOARCH)
SOURCE ?= https://w2w.example

.PHONY: images images-check vuln help setup run build test test-race bench lint fmt gen gen-check oas-check chart-check rules-check kube-test clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "%-12s %s\n", $$1, $$2}'

setup: ## check Go, and install PostgreSQL, curl and openssl where they are missing (Debian, root)
	@bash scripts/setup.sh

run: setup build ## the whole suite with its demo season and pool on http://$(ADDR)
	@exec bin/w2w run --data-dir "$(DATA_DIR)" --addr "$(ADDR)"

build: ## bin/w2w, and one program for each service: bin/gateway, bin/concessions, bin/lsu
	for program in services/*/cmd/*; do go build -trimpath -o "bin/$${program##*/}" "./$$program"; done

images: ## an OCI archive and an SBOM of each image in out/images, without Docker; VERSION, ARCH, SOURCE
	cd tools/images && GOWORK=off go run . -version "$(VERSION)" -revision "$$(git rev-parse HEAD)" -epoch "$$(git log -1 --format=%ct)" \
	    -arch "$(ARCH)" -source "$(SOURCE)"

images-check: ## build each image twice and hold it against what it promises
	cd tools/images && GOWORK=off go test -timeout 20m ./...

test: setup ## every test of every module, on a real PostgreSQL
	go test -shuffle=on -timeout 10m $(PACKAGES)

test-race: setup ## the same under the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race -shuffle=on -timeout 20m $(PACKAGES)

bench: setup ## the benchmarks and their table, against limits of the same run; BENCH=name chooses
	go test -run '^$$' -bench '$(BENCH)' -p 1 -timeout 60m $(BENCHED)

lint: $(GOLANGCI) ## form, go vet and the linters of .golangci.yml
	@unformatted=$$(git ls-files -z '*.go' | xargs -0 gofmt -l); \
	if [ -n "$$unformatted" ]; then printf 'not gofmt-ed:\n%s\n' "$$unformatted"; exit 1; fi
	go vet $(PACKAGES)
	$(GOLANGCI) run --allow-parallel-runners $(PACKAGES)
	for module in $(APART); do (cd "$$module" && GOWORK=off go vet ./... && GOWORK=off $(CURDIR)/$(GOLANGCI) run --allow-parallel-runners ./...); done

vuln: $(GOVULNCHECK) ## known weaknesses that the programs reach; VULNDB=golang.org/x/vulndb@latest or file:///DIR without vuln.go.dev
	@VULNDB='$(VULNDB)' bash scripts/vuln.sh $(GOVULNCHECK)

fmt: ## gofmt all files of the project
	git ls-files -z '*.go' | xargs -0 gofmt -w

gen: ## write the generated code again
	bash tools/gen.sh

gen-check: gen ## fail when the generated code was not up to date
	@git diff --exit-code -- $(MODULES) docs deploy || { echo 'generated files differ: run make gen and commit'; exit 1; }

oas-check: ## hold the contracts against the national rules; RULES=DIR is a clone of italia/api-oas-checker-rules
	@RULES='$(RULES)' bash scripts/oas-check.sh

# A module of its own, outside the workspace: nobody else compiles Helm and Kubernetes. -count: the chart is no input that Go knows.
chart-check: rules-check ## hold the chart to its rules, without a cluster: lint, schemas, network, Pod Security, refusals, alerts
	cd tools/chartcheck && GOWORK=off go vet . && GOWORK=off go test -count=1 .

kube-test: build ## install the chart into the cluster of KUBECONFIG and change it under load; DATABASE_URL, IMAGE_REPOSITORY, TAG
	@bash scripts/kube-test.sh

rules-check: ## hold the rules of Prometheus against promtool, and run their tests
	@bash scripts/rules-check.sh

clean: ## remove what was built; the data of make run stays
	rm -rf bin out

$(GOLANGCI):
	@mkdir -p $(@D)
	GOWORK=off GOBIN=$(CURDIR)/$(@D) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	@mv $(@D)/golangci-lint $@

$(GOVULNCHECK):
	@mkdir -p $(@D)
	GOWORK=off GOBIN=$(CURDIR)/$(@D) go install golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION)
	@mv $(@D)/govulncheck $@
