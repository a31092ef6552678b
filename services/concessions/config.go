package concessions

// Config are the settings of the service; each is the variable W2W_CONCESSIONS_ plus the name.
type Config struct {
	PersonKeys string `env:"PERSON_KEYS,required"` // folder with person-aead.json and person-mac.json
	MakeKeys   bool   `env:"MAKE_KEYS"`            // make missing keys; for development
	Version    string `env:"VERSION" envDefault:"dev"`
}
