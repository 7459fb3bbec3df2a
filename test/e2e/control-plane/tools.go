//go:build tools

// Keeps etcd's own main package in go.sum; it is built as it is.
package main

import _ "go.etcd.io/etcd/server/v3"
