package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

func TestLinesAreMasked(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"RSSMRA85T10A562S":                   "****************",
		"rssmra85t10a562s":                   "****************",
		"a line\nRSSMRA85T10A562S\x1b[31m":   "a line\n****************\x1b[31m",
		"xRSSMRA85T10A562Sx RSSMRA85T10A56N": "x****************x RSSMRA85T10A56N",
		"RSSMRAURTMLARSNL":                   "****************",
		"RSSMRA85T10A562SRSSMRA85T10A562S":   "********************************",
		"abcdef12a34b567c":                   "abcdef12a34b567c",
		"0190a0b0-0000-7000-8000-00000000":   "0190a0b0-0000-7000-8000-00000000",
		"applications:read":                  "applications:read",
		"":                                   "",
	} {
		var out bytes.Buffer
		core := zapcore.NewCore(zapcore.NewJSONEncoder(encoding()), masking{zapcore.AddSync(&out)}, zap.InfoLevel)
		zap.New(core).Error(text, zap.String("field", text), zap.Error(errors.New(text)))
		require.Equal(t, 1, bytes.Count(out.Bytes(), []byte("\n")), "one line")
		var line map[string]any
		require.NoError(t, json.Unmarshal(out.Bytes(), &line))
		require.Equal(t, []any{want, want, want}, []any{line["msg"], line["field"], line["error"]})
	}
}

func BenchmarkMask(b *testing.B) {
	line := []byte(`{"level":"info","time":"2026-03-02T12:00:00.000Z","msg":"request","service":"gateway","request_id":"01a20f73-b1d7-7c53-ad41-505a0d1cdce8",` +
		`"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","client":"portal-03","administration":"03","method":"GET","route":"/concessions/v1/*path","status":200,"took":0.0012}`)
	for b.Loop() {
		if taxCode(line) >= 0 {
			b.Fatal("masked")
		}
	}
}
