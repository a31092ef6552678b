module w2w/services/suite

go 1.26.0

require (
	w2w/openapi v0.0.0
	w2w/pkg v0.0.0
	w2w/services/concessions v0.0.0
	w2w/services/gateway v0.0.0
)

require (
	github.com/gin-gonic/gin v1.12.0 // indirect
	github.com/golang-jwt/jwt/v5 v5.3.1 // indirect
	github.com/google/renameio/v2 v2.0.2 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/jackc/pgx/v5 v5.12.0 // indirect
	github.com/mitchellh/colorstring v0.0.0-20190213212951-d06e56a500db // indirect
	github.com/prometheus/client_golang v1.25.0 // indirect
	github.com/rivo/uniseg v0.4.7 // indirect
	github.com/schollz/progressbar/v3 v3.19.1 // indirect
	github.com/stretchr/testify v1.12.1 // indirect
	go.uber.org/multierr v1.11.0 // indirect
	go.uber.org/zap v1.28.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/term v0.44.0 // indirect
)

replace (
	w2w/pkg => ../../pkg
	w2w/services/concessions => ../concessions
	w2w/services/gateway => ../gateway
)

replace w2w/openapi => ../../openapi
