module w2w/services/suite

go 1.26

require (
	w2w/pkg v0.0.0
	w2w/services/concessions v0.0.0
	w2w/services/gateway v0.0.0
)

replace (
	w2w/pkg => ../../pkg
	w2w/services/concessions => ../concessions
	w2w/services/gateway => ../gateway
)
