package app

// Version is the release of this program; docker/build.sh has the linker write it.
var Version = "dev"
