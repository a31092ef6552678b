package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"w2w/pkg/auth"
	"w2w/pkg/person"
)

const oldKey = 100 * 24 * time.Hour // a rotation is due about every 90 days

func (f *Findings) keys(at Place) {
	if at.KeyDir != "" {
		seen := map[string]string{}
		for _, name := range []string{"external", "internal", "modi"} {
			f.ring(at.KeyDir, name, seen)
		}
	}
	for _, dir := range at.PersonKeys {
		thing := "keys of persons"
		_, err := person.Load(dir, false)
		f.failed(thing, err, "bring the files back from where they are kept: without them no person can be read")
		if err == nil {
			all, err := person.Keys{Dir: dir}.List()
			f.failed(thing, err, "bring the files back from where they are kept")
			f.add(OK, thing, fmt.Sprintf("%d keys seal", len(all)), "")
		}
		f.closed(thing, filepath.Join(dir, "person-*.json"))
	}
}

func (f *Findings) ring(root, name string, seen map[string]string) {
	dir, thing := filepath.Join(root, name), "ring "+name
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		f.add(Warn, thing, "is not here", "a gateway of one role needs not all of them; else w2w keys prepare and promote --force")
		return
	}
	if _, err := auth.OpenRing(dir); err != nil {
		f.failed(thing, err, "bring the folder back, or w2w keys prepare and promote --force")
		return
	}
	all, err := auth.Rotation{Dir: dir, Now: time.Now()}.List()
	f.failed(thing, err, "bring the folder back")
	for _, k := range all {
		if other := seen[k.ID]; other != "" && other != name {
			f.add(Fail, thing, "has a key that also stands in "+other, "w2w keys drop it from one of them")
		}
		seen[k.ID] = name
		age := time.Since(k.Since)
		if k.State == auth.KeyActive {
			f.judge(age > oldKey, Warn, thing, fmt.Sprintf("%d keys, the active one is %d days old", len(all), int(age.Hours()/24)), "turn it: w2w keys prepare, promote, sweep")
		}
	}
	f.closed(thing, filepath.Join(dir, "*.pem"))
}

// closed wants files that not everybody on the machine can read.
func (f *Findings) closed(thing, pattern string) {
	files, _ := filepath.Glob(pattern)
	for _, file := range files {
		info, err := os.Stat(file)
		if err == nil && info.Mode().Perm()&0o007 != 0 {
			f.add(Fail, thing, filepath.Base(file)+" can be read by everybody", "chmod o= on it, and turn the key if others use the machine")
		}
	}
}

const (
	leastFree = 1 << 30
	scarce    = 10 // percent
)

func (f *Findings) disk(dir string) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		f.failed("disk", err, "name a folder that exists")
		return
	}
	free, whole := s.Bavail*uint64(s.Bsize), s.Blocks*uint64(s.Bsize)
	level := Warn
	if free < leastFree {
		level = Fail
	}
	f.judge(free < leastFree || free*100 < whole*scarce, level, "disk", fmt.Sprintf("%d MiB free of %d", free>>20, whole>>20),
		"make room: without it writes are refused with 503")
}
