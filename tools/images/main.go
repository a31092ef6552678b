// Command images builds the image of each service without Docker, as the last stage of docker/Dockerfile describes it:
// an OCI archive and a list of what is in it (SBOM). The same commit gives the same bytes.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// all are the names of the images.
const all = "gateway,concessions,lsu,suite"

// order is what is asked for.
type order struct {
	root, out  string // folder of the repository, and of what is built
	arch       string
	repository string // of the reference in an archive: repository/name:version
	version    string
	revision   string
	source     string // address of the source code
	created    time.Time
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "images:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("images", flag.ContinueOnError)
	var o order
	flags.StringVar(&o.root, "root", "../..", "folder of the repository")
	flags.StringVar(&o.out, "out", "../../out/images", "folder of the archives")
	flags.StringVar(&o.arch, "arch", "amd64", "amd64 or arm64")
	flags.StringVar(&o.repository, "repository", "localhost/w2w", "first part of the reference in an archive")
	flags.StringVar(&o.version, "version", "dev", "version, and tag of the reference")
	flags.StringVar(&o.revision, "revision", "unknown", "commit")
	flags.StringVar(&o.source, "source", "https://w2w.example", "address of the source code")
	epoch := flags.Int64("epoch", 0, "seconds since 1970 of the commit, as in SOURCE_DATE_EPOCH")
	names := flags.String("names", all, "images to build")
	if err := flags.Parse(args); err != nil {
		return err
	}
	o.created = time.Unix(*epoch, 0).UTC()
	for name := range strings.SplitSeq(*names, ",") {
		p, err := o.build(ctx, name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := p.write(o.out); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(out, "%-12s %s %5.1f MB, unpacked %5.1f MB\n", name, p.digest, megabytes(p.compressed), megabytes(p.unpacked))
	}
	return nil
}

func megabytes(n int64) float64 { return float64(n) / 1e6 }
