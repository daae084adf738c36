// Package embedded gives `hotline dev` and the tests a Postgres and a Redis
// of their own, on a machine where nobody has set one up.
//
// It starts and stops servers and makes empty databases; it knows no table,
// no key and no migration, and `hotline serve` never comes here.
//
// How its parts meet: StartPostgres decides which user may own the cluster
// (account.go), takes a folder for it (folder.go, lock.go), chooses the
// newest Postgres that fits (choose.go, find.go) or fetches a pinned one
// (fetch.go, tarball.go), makes the cluster once (cluster.go), sees that
// nobody is left in it (vacant.go), and starts the server on a leash
// (leash.go) that ends it when this process ends, in whatever way.
// StartRedis is miniredis, in this process; StartRedisServer is the real
// thing, on the same leash, for tests that must not trust a stand-in.
//
// A folder given as Options.Dir holds:
//
//	data/          the cluster, as initdb made it
//	run/           the socket, 0700
//	postgres.log   what the server had to say
//	lock           held (flock) as long as a process uses the folder
//
// Unix only: Linux and macOS are what it is written for.
package embedded
