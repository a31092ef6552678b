package database

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"

	"w2w/pkg/period"
)

// registerTypes teaches pgx the house's two commonest types. Without it each id and each day would go through
// database/sql's interfaces and a text.
func registerTypes(m *pgtype.Map) {
	m.RegisterType(&pgtype.Type{Name: "uuid", OID: pgtype.UUIDOID, Codec: uuidCodec{}})
	m.RegisterType(&pgtype.Type{Name: "date", OID: pgtype.DateOID, Codec: dateCodec{}})
}

type uuidCodec struct{ pgtype.UUIDCodec }

// PlanEncode implements pgtype.Codec.
func (c uuidCodec) PlanEncode(m *pgtype.Map, oid uint32, format int16, value any) pgtype.EncodePlan {
	if _, ok := value.(uuid.UUID); ok && format == pgtype.BinaryFormatCode {
		return encodeUUID{}
	}
	return c.UUIDCodec.PlanEncode(m, oid, format, value)
}

// PlanScan implements pgtype.Codec.
func (c uuidCodec) PlanScan(m *pgtype.Map, oid uint32, format int16, target any) pgtype.ScanPlan {
	if _, ok := target.(*uuid.UUID); ok && format == pgtype.BinaryFormatCode {
		return scanUUID{}
	}
	return c.UUIDCodec.PlanScan(m, oid, format, target)
}

type (
	encodeUUID struct{}
	scanUUID   struct{}
)

// Encode implements pgtype.EncodePlan.
func (encodeUUID) Encode(value any, buf []byte) ([]byte, error) {
	id := value.(uuid.UUID)
	return append(buf, id[:]...), nil
}

// Scan implements pgtype.ScanPlan; null is the zero id, as for database/sql.
func (scanUUID) Scan(src []byte, target any) error {
	id := target.(*uuid.UUID)
	if src == nil {
		*id = uuid.Nil
		return nil
	}
	if len(src) != len(id) {
		return fmt.Errorf("an id of %d bytes", len(src))
	}
	copy(id[:], src)
	return nil
}

// epoch is the day from which PostgreSQL counts, 2000-01-01, counted from 1970.
const epoch = 10957

type dateCodec struct{ pgtype.DateCodec }

// PlanEncode implements pgtype.Codec.
func (c dateCodec) PlanEncode(m *pgtype.Map, oid uint32, format int16, value any) pgtype.EncodePlan {
	if _, ok := value.(period.Date); ok && format == pgtype.BinaryFormatCode {
		return encodeDate{}
	}
	return c.DateCodec.PlanEncode(m, oid, format, value)
}

// PlanScan implements pgtype.Codec.
func (c dateCodec) PlanScan(m *pgtype.Map, oid uint32, format int16, target any) pgtype.ScanPlan {
	if _, ok := target.(*period.Date); ok && format == pgtype.BinaryFormatCode {
		return scanDate{}
	}
	return c.DateCodec.PlanScan(m, oid, format, target)
}

type (
	encodeDate struct{}
	scanDate   struct{}
)

// Encode implements pgtype.EncodePlan.
func (encodeDate) Encode(value any, buf []byte) ([]byte, error) {
	return binary.BigEndian.AppendUint32(buf, uint32(value.(period.Date)-epoch)), nil
}

// Scan implements pgtype.ScanPlan; a day without end and null are no days.
func (scanDate) Scan(src []byte, target any) error {
	if len(src) != 4 {
		return fmt.Errorf("a day can't be read from %d bytes", len(src))
	}
	days := int32(binary.BigEndian.Uint32(src))
	if days == math.MaxInt32 || days == math.MinInt32 {
		return fmt.Errorf("an infinite day")
	}
	*target.(*period.Date) = period.Date(days + epoch)
	return nil
}
