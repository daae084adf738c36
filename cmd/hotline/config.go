package main

import (
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"

	"hotline/gateway/twilio"
	"hotline/store/conversation"
)

// Config is everything that the environment says. It is read once, in run, and passed on as plain values. A variable that is set to
// nothing counts as not set. What is a secret has the type secret, and never prints.
type Config struct {
	// Where the carrier reaches us: https://hotline.example.org. Webhooks are checked against it. Needed by serve; dev's default
	// is the address it listens on.
	PublicURL string `env:"HOTLINE_PUBLIC_URL"`

	// Postgres, 15 or newer. Secret: a password may stand in it. Not set: records are those of dev.
	DatabaseURL secret `env:"DATABASE_URL"`

	// Redis 7.0 or newer, or a Redis Cluster. Secret as above.
	RedisURL secret `env:"REDIS_URL"`

	// The account at the carrier that our numbers belong to.
	AccountSID string `env:"TWILIO_ACCOUNT_SID"`

	// Its auth token. Secret. While rotating two, with a comma: the first sends, both verify.
	AuthToken secret `env:"TWILIO_AUTH_TOKEN"`

	// Another carrier that speaks like Twilio. Not set: Twilio's own, and in dev the pretend phone company.
	APIURL string `env:"TWILIO_API_URL"`

	// The key file: without it nothing in the database can be read.
	Keys string `env:"HOTLINE_KEYS"`

	// A file that holds the key file's passphrase and nothing else. Not set: asked for on a terminal.
	PassphraseFile string `env:"HOTLINE_KEYS_PASSPHRASE_FILE"`

	// A folder of flows that lie over those inside this program: a file of the same name replaces one, others are added. Read at the
	// start and on SIGHUP. Not set: the flows inside this program alone.
	Flows string `env:"HOTLINE_FLOWS"`

	// Address for the carrier. What terminates TLS passes /twilio/ and /healthz on to it.
	Listen string `env:"HOTLINE_LISTEN" envDefault:":8080"`

	// Address for people who look after the machine: /metrics. Never open it to the world.
	ConsoleListen string `env:"HOTLINE_CONSOLE_LISTEN" envDefault:"127.0.0.1:8081"`

	// How many calls a second the carrier begins for the account, from all lines and processes together.
	CallPace int `env:"HOTLINE_CALLS_A_SECOND" envDefault:"1"`

	// Where programs keep their data (freedesktop.org); dev's folder is below it.
	DataHome string `env:"XDG_DATA_HOME"`

	strays []string // HOTLINE_… variables that we do not know
}

// secret is a value that must not show in a log line, an error or a help text.
type secret string

// reveal gives the value to the one place that uses it.
func (s secret) reveal() string { return string(s) }

// Format hides the value from every verb of fmt.
func (s secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.hidden()) }

// LogValue hides the value from structured logs.
func (s secret) LogValue() slog.Value { return slog.StringValue(s.hidden()) }

// MarshalText hides the value from JSON.
func (s secret) MarshalText() ([]byte, error) { return []byte(s.hidden()), nil }

func (s secret) hidden() string {
	if s == "" {
		return "[not set]"
	}
	return "[secret]"
}

// readConfig reads an environment as os.Environ gives it.
func readConfig(environ []string) (Config, error) {
	set := map[string]string{}
	for _, pair := range environ {
		if name, value, _ := strings.Cut(pair, "="); strings.TrimSpace(value) != "" {
			set[name] = strings.TrimSpace(value)
		}
	}
	var c Config
	if err := env.ParseWithOptions(&c, env.Options{Environment: set}); err != nil {
		return Config{}, fmt.Errorf("reading the environment: %w", err)
	}
	known := variables()
	for name := range set {
		if strings.HasPrefix(name, "HOTLINE_") && !strings.HasPrefix(name, "HOTLINE_TEST_") && !slices.Contains(known, name) {
			c.strays = append(c.strays, strings.TrimSpace(fmt.Sprintf("%s means nothing here. %s", name, didYouMean(name, known, ""))))
		}
	}
	slices.Sort(c.strays)
	return c, nil
}

// variables are the names that Config reads, in its order.
func variables() []string {
	var all []string
	t := reflect.TypeFor[Config]()
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("env"); name != "" {
			all = append(all, name)
		}
	}
	return all
}

// problems gathers what is wrong with a configuration, a sentence for each.
type problems []string

func (p *problems) add(format string, args ...any) { *p = append(*p, fmt.Sprintf(format, args...)) }

func (p problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return fmt.Errorf("the configuration is not right:\n  %s", strings.Join(p, "\n  "))
}

// check says what keeps serve from starting, all of it at once. Nothing is connected to.
func (c Config) check() problems {
	var p problems
	c.checkPublicURL(&p)
	if c.DatabaseURL == "" {
		p.add("DATABASE_URL is not set; it looks like postgres://user:password@host:5432/hotline")
	} else if u, err := url.Parse(c.DatabaseURL.reveal()); err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		p.add("DATABASE_URL is not a Postgres URL; it looks like postgres://user:password@host:5432/hotline")
	}
	if c.RedisURL == "" {
		p.add("REDIS_URL is not set; it looks like redis://host:6379/0")
	} else if client, err := conversation.Open(c.RedisURL.reveal()); err != nil {
		p.add("REDIS_URL: %v", err)
	} else if err := client.Close(); err != nil {
		p.add("REDIS_URL: %v", err)
	}
	c.checkCarrier(&p)
	if c.CallPace < 1 || c.CallPace > 1000 {
		p.add("HOTLINE_CALLS_A_SECOND is %d; the carrier begins 1 to 1000 calls a second for an account, and its console says how many", c.CallPace)
	}
	c.checkKeyFile(&p)
	if _, err := c.flowFiles(); err != nil {
		p.add("%v", err)
	}
	for _, l := range []struct{ name, addr string }{{"HOTLINE_LISTEN", c.Listen}, {"HOTLINE_CONSOLE_LISTEN", c.ConsoleListen}} {
		if _, _, err := net.SplitHostPort(l.addr); err != nil {
			p.add("%s is %q, and looks like :8080 or 127.0.0.1:8081", l.name, l.addr)
		}
	}
	return p
}

// cautions are what serve starts with and somebody should look at.
func (c Config) cautions() []string {
	host, _, err := net.SplitHostPort(c.ConsoleListen)
	if ip := net.ParseIP(host); err != nil || host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return []string{fmt.Sprintf("HOTLINE_CONSOLE_LISTEN is %s, which others than this machine may reach: see that only those who look "+
		"after it can", c.ConsoleListen)}
}

func (c Config) checkPublicURL(p *problems) {
	const like = "it looks like https://hotline.example.org, where the carrier reaches this program"
	if c.PublicURL == "" {
		p.add("HOTLINE_PUBLIC_URL is not set; %s", like)
		return
	}
	u, err := url.Parse(c.PublicURL)
	switch {
	case err != nil || u.Hostname() == "":
		p.add("HOTLINE_PUBLIC_URL cannot be read; %s", like)
	case !private(u):
		p.add("HOTLINE_PUBLIC_URL must begin with https://; %s", like)
	case u.User != nil:
		p.add("HOTLINE_PUBLIC_URL must not hold a user name or password: the carrier does not sign them")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(c.PublicURL, "#"):
		p.add("HOTLINE_PUBLIC_URL must end before any ? or #; those belong to the webhooks at the carrier, which `hotline check` shows")
	case strings.HasSuffix(strings.TrimRight(u.Path, "/"), "/twilio"):
		p.add("HOTLINE_PUBLIC_URL must end before /twilio: what follows is ours to add")
	}
}

// private tells whether nobody on the way can read along: by TLS, or because it never leaves this machine.
func private(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	loopback := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	return u.Scheme == "https" || u.Scheme == "http" && loopback
}

// What Twilio gives out. Other carriers' look otherwise, but are letters and digits too.
var (
	twilioSID   = regexp.MustCompile(`^AC[0-9a-f]{32}$`)
	twilioToken = regexp.MustCompile(`^[0-9a-f]{32}$`)
	anyToken    = regexp.MustCompile(`^[A-Za-z0-9]+$`)
)

func (c Config) checkCarrier(p *problems) {
	theirs := c.APIURL != ""
	if u, err := url.Parse(c.APIURL); theirs && (err != nil || u.Hostname() == "" || !private(u) || u.RawQuery != "" || u.Fragment != "") {
		p.add("TWILIO_API_URL is not a carrier's address, such as https://api.example.com; leave it out for Twilio itself")
	}
	switch {
	case c.AccountSID == "":
		p.add("TWILIO_ACCOUNT_SID is not set; the carrier's console shows it")
	case !theirs && !twilioSID.MatchString(c.AccountSID):
		p.add("TWILIO_ACCOUNT_SID is not an account's: AC and 32 digits or small letters a to f, as the carrier's console shows it")
	}
	if c.AuthToken == "" {
		p.add("TWILIO_AUTH_TOKEN is not set; the carrier's console shows it")
		return
	}
	tokens := c.tokens()
	for _, t := range tokens {
		if !theirs && !twilioToken.MatchString(t) || !anyToken.MatchString(t) {
			p.add("TWILIO_AUTH_TOKEN is not an auth token: 32 digits or small letters a to f, as the carrier's console shows it; " +
				"while rotating two of them, with one comma between")
			return
		}
	}
	if len(tokens) > 2 {
		p.add("TWILIO_AUTH_TOKEN holds %d tokens; it takes one, or while rotating two", len(tokens))
	}
}

func (c Config) tokens() []string {
	tokens := strings.Split(c.AuthToken.reveal(), ",")
	for i, t := range tokens {
		tokens[i] = strings.TrimSpace(t)
	}
	return tokens
}

// checkKeyFile looks at the file from outside only; opening it may need a passphrase.
func (c Config) checkKeyFile(p *problems) {
	if c.Keys == "" {
		p.add("HOTLINE_KEYS is not set; it names the key file, and `hotline keys new` makes one")
		return
	}
	f, err := os.Open(c.Keys)
	if err != nil {
		p.add("HOTLINE_KEYS: %v", err)
		return
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Mode().Perm()&0o007 != 0 {
		p.add("%s can be read by everybody on this machine: chmod 600 %s", c.Keys, c.Keys)
	}
}

// carrier is what the phone company's room needs.
func (c Config) carrier() twilio.Config {
	return twilio.Config{PublicURL: c.PublicURL, AccountSID: c.AccountSID, Tokens: c.tokens(), APIURL: c.APIURL}
}

// dataFolder is where dev keeps its things unless --data says otherwise. As root it lies where Postgres, which refuses to be root,
// can reach it.
func (c Config) dataFolder() string {
	switch home, err := os.UserHomeDir(); {
	case os.Geteuid() == 0:
		return "/var/lib/hotline/dev"
	case filepath.IsAbs(c.DataHome):
		return filepath.Join(c.DataHome, "hotline", "dev")
	case err == nil:
		return filepath.Join(home, ".local", "share", "hotline", "dev")
	}
	return filepath.Join(os.TempDir(), "hotline-dev")
}
