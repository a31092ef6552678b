module w2w/docs

go 1.26
