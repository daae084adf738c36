package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hotline/store/seal"
)

// rightEnv is an environment that serve starts with, as far as can be told without connecting.
func rightEnv(t *testing.T) map[string]string {
	t.Helper()
	keys := filepath.Join(t.TempDir(), "keys")
	if err := seal.New().Save(keys, ""); err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"HOTLINE_PUBLIC_URL": "https://line.example.org",
		"DATABASE_URL":       "postgres://hotline:sesame@db.example.org/hotline",
		"REDIS_URL":          "redis://:sesame@redis.example.org:6379/0",
		"TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000001",
		"TWILIO_AUTH_TOKEN":  "0123456789abcdef0123456789abcdef",
		"HOTLINE_KEYS":       keys,
	}
}

func configOf(t *testing.T, env map[string]string) Config {
	t.Helper()
	var environ []string
	for name, value := range env {
		environ = append(environ, name+"="+value)
	}
	c, err := readConfig(environ)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWrongConfigurationIsToldInASentence(t *testing.T) {
	open := filepath.Join(t.TempDir(), "open.keys")
	if err := os.WriteFile(open, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, value, says string }{
		{"HOTLINE_PUBLIC_URL", "", "HOTLINE_PUBLIC_URL is not set; it looks like https://"},
		{"HOTLINE_PUBLIC_URL", "line.example.org", "cannot be read"},
		{"HOTLINE_PUBLIC_URL", "http://line.example.org", "must begin with https://"},
		{"HOTLINE_PUBLIC_URL", "https://me:sesame@line.example.org", "must not hold a user name or password"},
		{"HOTLINE_PUBLIC_URL", "https://line.example.org#rc=2", "must end before any ? or #"},
		{"HOTLINE_PUBLIC_URL", "https://line.example.org?", "must end before any ? or #"},
		{"HOTLINE_PUBLIC_URL", "https://line.example.org/twilio/", "must end before /twilio"},
		{"DATABASE_URL", "", "DATABASE_URL is not set"},
		{"DATABASE_URL", "mysql://root:sesame@db/hotline", "DATABASE_URL is not a Postgres URL"},
		{"REDIS_URL", "", "REDIS_URL is not set"},
		{"REDIS_URL", "http://:sesame@redis:6379", "it is not a Redis URL"},
		{"TWILIO_ACCOUNT_SID", "", "TWILIO_ACCOUNT_SID is not set"},
		{"TWILIO_ACCOUNT_SID", "SK00000000000000000000000000000001", "not an account's: AC and 32 digits"},
		{"TWILIO_AUTH_TOKEN", "", "TWILIO_AUTH_TOKEN is not set"},
		{"TWILIO_AUTH_TOKEN", "sesame", "is not an auth token"},
		{"TWILIO_AUTH_TOKEN", "0123456789abcdef0123456789abcdef,", "with one comma between"},
		{"TWILIO_AUTH_TOKEN", strings.Repeat("0123456789abcdef0123456789abcdef,", 2) + "0123456789abcdef0123456789abcdef", "holds 3 tokens"},
		{"TWILIO_API_URL", "http://carrier.example.com", "is not a carrier's address"},
		{"TWILIO_API_URL", "nonsense", "is not a carrier's address"},
		{"HOTLINE_KEYS", "", "`hotline keys new` makes one"},
		{"HOTLINE_KEYS", "/nowhere/keys", "HOTLINE_KEYS: open /nowhere/keys"},
		{"HOTLINE_KEYS", open, "chmod 600 " + open},
		{"HOTLINE_LISTEN", "8080", `HOTLINE_LISTEN is "8080", and looks like :8080`},
	} {
		env := rightEnv(t)
		env[c.name] = c.value
		err := configOf(t, env).check().err()
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s=%s: %v\nshould say: %s", c.name, c.value, err, c.says)
		}
		if err != nil && strings.Contains(err.Error(), "sesame") {
			t.Errorf("%s=%s: the error gives a secret away: %v", c.name, c.value, err)
		}
	}
}

func TestRightConfiguration(t *testing.T) {
	for _, change := range []map[string]string{
		{},
		{"TWILIO_AUTH_TOKEN": "0123456789abcdef0123456789abcdef, fedcba9876543210fedcba9876543210"},
		{"HOTLINE_PUBLIC_URL": "https://example.org/hotline/"},
		{"HOTLINE_PUBLIC_URL": "http://127.0.0.1:8080", "TWILIO_API_URL": "http://localhost:8082"},
		{"TWILIO_API_URL": "https://carrier.example.com", "TWILIO_ACCOUNT_SID": "b7c5b9e0-6f0e-4c8e-9d0a-2f6c2f7f8f10", "TWILIO_AUTH_TOKEN": "PTabc123"},
		{"HOTLINE_LISTEN": "  "},
	} {
		env := rightEnv(t)
		for name, value := range change {
			env[name] = value
		}
		c := configOf(t, env)
		if err := c.check().err(); err != nil {
			t.Errorf("%v: %v", change, err)
		}
		if err := c.carrier().Check(); err != nil {
			t.Errorf("%v: the carrier's room does not agree: %v", change, err)
		}
	}
	if c := configOf(t, nil); c.Listen != ":8080" || c.ConsoleListen != "127.0.0.1:8081" {
		t.Errorf("defaults: %+v", c)
	}
}

func TestSecretsNeverPrint(t *testing.T) {
	env := rightEnv(t)
	env["TWILIO_AUTH_TOKEN"] = "sesame"
	c := configOf(t, env)
	var logged strings.Builder
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("configuration", "config", c, "token", c.AuthToken)
	slog.New(slog.NewTextHandler(&logged, nil)).Info("configuration", "config", c, "token", c.AuthToken)
	asJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{
		fmt.Sprint(c), fmt.Sprintf("%+v %#v %s %x %q", c, c, c.AuthToken, c.AuthToken, c.AuthToken), logged.String(), string(asJSON),
	} {
		if strings.Contains(shown, "sesame") || strings.Contains(shown, fmt.Sprintf("%x", "sesame")) {
			t.Errorf("a secret shows: %s", shown)
		}
	}
}

func TestAMisspelledVariableIsTold(t *testing.T) {
	c := configOf(t, map[string]string{"HOTLINE_PUBLIC_ULR": "https://line.example.org", "HOTLINE_TEST_DATABASE_URL": "x", "HOME": "/root"})
	if want := []string{`HOTLINE_PUBLIC_ULR means nothing here. Did you mean "HOTLINE_PUBLIC_URL"?`}; !slices.Equal(c.strays, want) {
		t.Errorf("strays: %q", c.strays)
	}
}

// Every variable is told of where people look for it.
func TestVariablesAreDocumented(t *testing.T) {
	example, err := os.ReadFile("../../deploy/hotline.env.example")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range variables() {
		if name == "XDG_DATA_HOME" { // the desktop's, not ours
			continue
		}
		if !strings.Contains(serveHelp, "  "+name+" ") {
			t.Errorf("hotline help serve does not tell of %s", name)
		}
		if !strings.Contains(string(example), name+"=") {
			t.Errorf("deploy/hotline.env.example does not hold %s", name)
		}
	}
}

func TestDataFolder(t *testing.T) {
	if os.Geteuid() == 0 {
		if got := (Config{DataHome: "/home/ana/.data"}).dataFolder(); got != "/var/lib/hotline/dev" {
			t.Errorf("as root: %s", got)
		}
		return
	}
	if got := (Config{DataHome: "/home/ana/.data"}).dataFolder(); got != "/home/ana/.data/hotline/dev" {
		t.Errorf("with XDG_DATA_HOME: %s", got)
	}
	t.Setenv("HOME", "/home/ana")
	if got := (Config{DataHome: "relative"}).dataFolder(); got != "/home/ana/.local/share/hotline/dev" {
		t.Errorf("without: %s", got)
	}
}
