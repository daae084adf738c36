package embedded

import (
	"maps"
	"slices"
)

// settings are kept small: a hotline in development is a few people.
func settings(o Options) []string {
	s := map[string]string{
		"listen_addresses":        "",
		"unix_socket_permissions": "0700",
		"max_connections":         "100",
		"shared_buffers":          "64MB",
		"jit":                     "off", // costs more than it gives on small queries
		"timezone":                "UTC",
		"log_timezone":            "UTC",
		"lc_messages":             "C",
		// The log must not show what a worker wrote: no statements, and no
		// DETAIL, which quotes the row that broke a constraint.
		"log_min_error_statement": "panic",
		"log_error_verbosity":     "terse",
	}
	if o.Fast {
		s["fsync"], s["synchronous_commit"], s["full_page_writes"] = "off", "off", "off"
		s["max_wal_size"] = "256MB" // it may be in memory
	}
	maps.Copy(s, o.Settings)
	var list []string
	for _, name := range slices.Sorted(maps.Keys(s)) {
		list = append(list, name+"="+s[name])
	}
	return list
}
