module w2w/openapi

go 1.26
