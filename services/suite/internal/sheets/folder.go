package sheets

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
)

// File is a file that must be there, and the columns that it must have.
type File struct {
	Name    string
	Columns []string
}

// ReadAll reads the files of a folder whole, in their order. The digest over all of them makes the keys of one import
// differ from another's.
func ReadAll(from fs.FS, files []File, wrong *Faults) (tables []*Table, digest string, err error) {
	sum := sha256.New()
	for _, f := range files {
		raw, err := fs.ReadFile(from, f.Name)
		if err != nil {
			return nil, "", fmt.Errorf("%w: %w", ErrInput, err)
		}
		sum.Write(raw)
		tables = append(tables, Read(f.Name, raw, f.Columns, wrong))
	}
	return tables, hex.EncodeToString(sum.Sum(nil)[:8]), wrong.Err()
}
