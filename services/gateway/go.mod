module w2w/services/gateway

go 1.26

require w2w/pkg v0.0.0

replace w2w/pkg => ../../pkg
