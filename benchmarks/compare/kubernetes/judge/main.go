// judge times Kubernetes' own RBAC authorizer and its who-may (SubjectAccessEvaluator.AllowedSubjects)
// over a world and lists of requests, and gives its answers.
//
// usage: judge WORLD [SECONDS]
// WORLD is one line of JSON as ../worlds.cc writes it: {"id", "objects": [...], "lists": [[request...]...]}.
// Output: {"lists": [{"authorize_ns", "who_ns", "allow": "10…", "who": [subjects...]}...]}. Each list is gone
// through whole, again and again for SECONDS (1); five times, of which the median counts. Processor
// time, garbage collection included, so that a busy machine does not count. The authorizer stands on listers over indexed stores, as in the API server; the rules come with
// aggregation done.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strconv"
	"syscall"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	rbaclisters "k8s.io/client-go/listers/rbac/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac"
)

type request struct {
	User        string   `json:"user"`
	Groups      []string `json:"groups"`
	Verb        string   `json:"verb"`
	APIGroup    string   `json:"apigroup"`
	Resource    string   `json:"resource"`
	Subresource string   `json:"subresource"`
	Namespace   string   `json:"namespace"`
	Name        string   `json:"name"`
	URL         string   `json:"url"`
}

type world struct {
	Objects []json.RawMessage `json:"objects"`
	Lists   [][]request       `json:"lists"`
}

type result struct {
	AuthorizeNs float64 `json:"authorize_ns"`
	WhoNs       float64 `json:"who_ns"`
	Allow       string  `json:"allow"`
	Who         []int   `json:"who"` // how many subjects
}

func newStore() cache.Indexer {
	return cache.NewIndexer(cache.MetaNamespaceKeyFunc,
		cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
}

func add[T any](store cache.Indexer, text []byte) error {
	object := new(T)
	if err := json.Unmarshal(text, object); err != nil {
		return err
	}
	return store.Add(object)
}

// Processor time of this process so far.
func used() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func median(run func() float64) float64 {
	times := []float64{}
	for i := 0; i < 5; i++ {
		times = append(times, run())
	}
	sort.Float64s(times)
	return times[2]
}

// Nanoseconds a request.
func measure(count int, limit time.Duration, ask func(int)) float64 {
	return median(func() float64 {
		asked := 0
		start := used()
		for asked == 0 || used()-start < limit/5 {
			for i := 0; i < count; i++ {
				ask(i)
			}
			asked += count
		}
		return float64((used() - start).Nanoseconds()) / float64(asked)
	})
}

// AllowedSubjects drops duplicates and then returns the list that still has them.
func distinct(subjects []rbacv1.Subject) int {
	seen := map[rbacv1.Subject]bool{}
	for _, subject := range subjects {
		seen[subject] = true
	}
	return len(seen)
}

func run() error {
	limit := time.Second
	if len(os.Args) > 2 {
		seconds, err := strconv.ParseFloat(os.Args[2], 64)
		if err != nil {
			return err
		}
		limit = time.Duration(seconds * float64(time.Second))
	}
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		return err
	}
	var w world
	if err := json.Unmarshal(text, &w); err != nil {
		return err
	}
	roles, clusterRoles, roleBindings, clusterRoleBindings := newStore(), newStore(), newStore(), newStore()
	for _, object := range w.Objects {
		var meta metav1.TypeMeta
		if err = json.Unmarshal(object, &meta); err != nil {
			return err
		}
		switch meta.Kind {
		case "Role":
			err = add[rbacv1.Role](roles, object)
		case "ClusterRole":
			err = add[rbacv1.ClusterRole](clusterRoles, object)
		case "RoleBinding":
			err = add[rbacv1.RoleBinding](roleBindings, object)
		case "ClusterRoleBinding":
			err = add[rbacv1.ClusterRoleBinding](clusterRoleBindings, object)
		}
		if err != nil {
			return err
		}
	}
	getRole := &rbac.RoleGetter{Lister: rbaclisters.NewRoleLister(roles)}
	listBindings := &rbac.RoleBindingLister{Lister: rbaclisters.NewRoleBindingLister(roleBindings)}
	getClusterRole := &rbac.ClusterRoleGetter{Lister: rbaclisters.NewClusterRoleLister(clusterRoles)}
	listClusterBindings := &rbac.ClusterRoleBindingLister{Lister: rbaclisters.NewClusterRoleBindingLister(clusterRoleBindings)}
	authorize := rbac.New(getRole, listBindings, getClusterRole, listClusterBindings)
	evaluate := rbac.NewSubjectAccessEvaluator(getRole, listBindings, getClusterRole, listClusterBindings, "")
	ctx := context.Background()
	results := []result{}
	for _, list := range w.Lists {
		records := []authorizer.AttributesRecord{}
		for _, r := range list {
			records = append(records, authorizer.AttributesRecord{
				User: &user.DefaultInfo{Name: r.User, Groups: r.Groups}, Verb: r.Verb, APIGroup: r.APIGroup, APIVersion: "*",
				Resource: r.Resource, Subresource: r.Subresource, Namespace: r.Namespace, Name: r.Name,
				ResourceRequest: r.URL == "", Path: r.URL})
		}
		var one result
		allow := make([]byte, len(records))
		for i := range records {
			decision, _, _ := authorize.Authorize(ctx, records[i])
			allow[i] = '0'
			if decision == authorizer.DecisionAllow {
				allow[i] = '1'
			}
			subjects, _ := evaluate.AllowedSubjects(ctx, records[i])
			one.Who = append(one.Who, distinct(subjects))
		}
		one.Allow = string(allow)
		one.AuthorizeNs = measure(len(records), limit, func(i int) { authorize.Authorize(ctx, records[i]) })
		one.WhoNs = measure(len(records), limit, func(i int) { evaluate.AllowedSubjects(ctx, records[i]) })
		results = append(results, one)
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"lists": results})
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "judge:", err)
		os.Exit(2)
	}
}
