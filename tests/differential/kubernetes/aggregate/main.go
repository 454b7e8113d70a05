// aggregate runs Kubernetes' own controller of aggregated ClusterRoles over sets of them: the judge of
// whomay's aggregation in `make differential`.
//
// One JSON world a line on standard input, {"id", "objects": [ClusterRole...], "orders": [[name...]...]};
// one line each: {"id", "outcomes": [{"settled": bool, "rules": {role: [rule...]}}...]}: what comes out of
// syncing all roles in ascending, in descending and in the given order of names until nothing changes,
// and then for each of the orders, of syncing the roles that it names one after the other and then all
// in ascending order until nothing changes. Each sync is the controller's own function, over an
// informer's cache; its writes go through the server-side apply of client-go's fake API server.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"sort"
	_ "unsafe" // for go:linkname

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/kubernetes/pkg/controller/clusterroleaggregation"
)

//go:linkname syncClusterRole k8s.io/kubernetes/pkg/controller/clusterroleaggregation.(*ClusterRoleAggregationController).syncClusterRole
func syncClusterRole(c *clusterroleaggregation.ClusterRoleAggregationController, ctx context.Context, key string) error

type world struct {
	ID      string               `json:"id"`
	Objects []rbacv1.ClusterRole `json:"objects"`
	Orders  [][]string           `json:"orders"`
}

type outcome struct {
	Settled bool                           `json:"settled"`
	Rules   map[string][]rbacv1.PolicyRule `json:"rules"`
}

type answer struct {
	ID       string    `json:"id"`
	Outcomes []outcome `json:"outcomes"`
}

func work(roles []rbacv1.ClusterRole, first []string, order []string) (outcome, error) {
	ctx := context.Background()
	objects := []runtime.Object{}
	for i := range roles {
		objects = append(objects, roles[i].DeepCopy())
	}
	client := fake.NewClientset(objects...)
	informer := informers.NewSharedInformerFactory(client, 0).Rbac().V1().ClusterRoles()
	controller := clusterroleaggregation.NewClusterRoleAggregation(informer, client.RbacV1())
	store := informer.Informer().GetStore()
	refresh := func(name string) error {
		role, err := client.RbacV1().ClusterRoles().Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		return store.Update(role)
	}
	for _, name := range order {
		if err := refresh(name); err != nil {
			return outcome{}, err
		}
	}
	result := outcome{Rules: map[string][]rbacv1.PolicyRule{}}
	rounds := 3*len(order) + 5
	for round := 0; round < rounds && !result.Settled; round++ {
		result.Settled = true
		now := order
		if round == 0 && len(first) > 0 {
			now = first
			result.Settled = false
		}
		for _, name := range now {
			before, err := client.RbacV1().ClusterRoles().Get(ctx, name, metav1.GetOptions{})
			if err != nil {
				return outcome{}, err
			}
			// An error is a role that the controller gives up on: its rules stay.
			_ = syncClusterRole(controller, ctx, name)
			after, err := client.RbacV1().ClusterRoles().Get(ctx, name, metav1.GetOptions{})
			if err != nil {
				return outcome{}, err
			}
			if !reflect.DeepEqual(before.Rules, after.Rules) {
				result.Settled = false
			}
			if err := refresh(name); err != nil {
				return outcome{}, err
			}
		}
	}
	for _, name := range order {
		role, err := client.RbacV1().ClusterRoles().Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return outcome{}, err
		}
		if role.AggregationRule != nil {
			result.Rules[name] = role.Rules
		}
	}
	return result, nil
}

func answerWorld(w world) (answer, error) {
	result := answer{ID: w.ID}
	given := []string{}
	for _, role := range w.Objects {
		given = append(given, role.Name)
	}
	up := append([]string{}, given...)
	sort.Strings(up)
	down := append([]string{}, up...)
	sort.Sort(sort.Reverse(sort.StringSlice(down)))
	for _, order := range [][]string{up, down, given} {
		o, err := work(w.Objects, nil, order)
		if err != nil {
			return result, err
		}
		result.Outcomes = append(result.Outcomes, o)
	}
	for _, first := range w.Orders {
		o, err := work(w.Objects, first, up)
		if err != nil {
			return result, err
		}
		result.Outcomes = append(result.Outcomes, o)
	}
	return result, nil
}

func main() {
	decoder := json.NewDecoder(bufio.NewReaderSize(os.Stdin, 1<<20))
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	for decoder.More() {
		var w world
		err := decoder.Decode(&w)
		var result answer
		if err == nil {
			result, err = answerWorld(w)
		}
		if err == nil {
			err = encoder.Encode(result)
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "aggregate: world %s: %v\n", w.ID, err)
			os.Exit(2)
		}
	}
}
