// authorize answers worlds of RBAC objects and requests with Kubernetes' own code: the judge of
// tests/differential/kubernetes.
//
// One JSON world a line on standard input, in the form of the project's rbac-authorize recordings:
// {"id", "objects": [...], "requests": [{"user"|"serviceaccount"|"anonymous", "groups", "verb",
// "apigroup", "resource", "subresource", "namespace", "name" | "url"}]}; one line of answers each:
// {"id", "allow": [bool...]}, with "who": true in the world also "who": [[subject...]...], what
// SubjectAccessEvaluator.AllowedSubjects says of each request.
//
// What is Kubernetes': decoding into the v1 types, authenticators' implicit groups, the authorizer of
// system:masters, the RBAC authorizer over validation.NewTestRuleResolver, label selectors. The loop
// over them in aggregate() follows syncClusterRole of clusterroleaggregation_controller.go; the
// controller itself, which needs client-go, is asked by ../aggregate.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"sort"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apiserver/pkg/authentication/authenticator"
	"k8s.io/apiserver/pkg/authentication/group"
	"k8s.io/apiserver/pkg/authentication/serviceaccount"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"k8s.io/apiserver/pkg/authorization/authorizerfactory"
	"k8s.io/apiserver/pkg/authorization/union"
	"k8s.io/kubernetes/pkg/registry/rbac/validation"
	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac"
)

type request struct {
	User           *string  `json:"user"`
	ServiceAccount string   `json:"serviceaccount"`
	Anonymous      bool     `json:"anonymous"`
	Groups         []string `json:"groups"`
	Verb           string   `json:"verb"`
	APIGroup       string   `json:"apigroup"`
	Resource       string   `json:"resource"`
	Subresource    string   `json:"subresource"`
	Namespace      string   `json:"namespace"`
	Name           string   `json:"name"`
	URL            *string  `json:"url"`
}

type world struct {
	ID       string            `json:"id"`
	Who      bool              `json:"who"`
	Objects  []json.RawMessage `json:"objects"`
	Requests []request         `json:"requests"`
}

type answer struct {
	ID    string     `json:"id"`
	Allow []bool     `json:"allow"`
	Who   [][]string `json:"who,omitempty"`
}

// Objects of a world by kind, in the order of their first appearance; a later one of the same name
// replaces the earlier.
type objects struct {
	roles               []*rbacv1.Role
	clusterRoles        []*rbacv1.ClusterRole
	roleBindings        []*rbacv1.RoleBinding
	clusterRoleBindings []*rbacv1.ClusterRoleBinding
}

func defaultRef(ref *rbacv1.RoleRef) {
	if ref.APIGroup == "" {
		ref.APIGroup = rbacv1.GroupName
	}
}

func defaultSubjects(subjects []rbacv1.Subject) {
	for i := range subjects {
		if subjects[i].APIGroup == "" && subjects[i].Kind != rbacv1.ServiceAccountKind {
			subjects[i].APIGroup = rbacv1.GroupName
		}
	}
}

func put[T metav1.Object](all []T, added T) []T {
	for i, have := range all {
		if have.GetName() == added.GetName() && have.GetNamespace() == added.GetNamespace() {
			all[i] = added
			return all
		}
	}
	return append(all, added)
}

func decode(raw []json.RawMessage) (objects, error) {
	var all objects
	for _, text := range raw {
		var meta metav1.TypeMeta
		if err := json.Unmarshal(text, &meta); err != nil {
			return all, err
		}
		var err error
		switch meta.Kind {
		case "Role":
			object := &rbacv1.Role{}
			err = json.Unmarshal(text, object)
			all.roles = put(all.roles, object)
		case "ClusterRole":
			object := &rbacv1.ClusterRole{}
			err = json.Unmarshal(text, object)
			object.Namespace = ""
			all.clusterRoles = put(all.clusterRoles, object)
		case "RoleBinding":
			object := &rbacv1.RoleBinding{}
			err = json.Unmarshal(text, object)
			defaultRef(&object.RoleRef)
			defaultSubjects(object.Subjects)
			all.roleBindings = put(all.roleBindings, object)
		case "ClusterRoleBinding":
			object := &rbacv1.ClusterRoleBinding{}
			err = json.Unmarshal(text, object)
			object.Namespace = ""
			defaultRef(&object.RoleRef)
			defaultSubjects(object.Subjects)
			all.clusterRoleBindings = put(all.clusterRoleBindings, object)
		default:
			err = fmt.Errorf("unexpected kind %q", meta.Kind)
		}
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

func ruleExists(all []rbacv1.PolicyRule, rule rbacv1.PolicyRule) bool {
	for _, have := range all {
		if equality.Semantic.DeepEqual(have, rule) {
			return true
		}
	}
	return false
}

// One sync of a role as the controller does it; true if its rules changed.
func syncRole(role *rbacv1.ClusterRole, all []*rbacv1.ClusterRole) bool {
	if role.AggregationRule == nil {
		return false
	}
	rules := []rbacv1.PolicyRule{}
	for i := range role.AggregationRule.ClusterRoleSelectors {
		selector, err := metav1.LabelSelectorAsSelector(&role.AggregationRule.ClusterRoleSelectors[i])
		if err != nil {
			return false
		}
		for _, member := range all {
			if member.Name == role.Name || !selector.Matches(labelSet(member.Labels)) {
				continue
			}
			for _, rule := range member.Rules {
				if !ruleExists(rules, rule) {
					rules = append(rules, rule)
				}
			}
		}
	}
	// An apply without rules leaves those that the role was created with.
	if len(rules) == 0 || equality.Semantic.DeepEqual(rules, role.Rules) {
		return false
	}
	role.Rules = rules
	return true
}

type labelSet map[string]string

func (l labelSet) Has(key string) bool              { _, has := l[key]; return has }
func (l labelSet) Get(key string) string            { return l[key] }
func (l labelSet) Lookup(key string) (string, bool) { value, has := l[key]; return value, has }

func aggregate(roles []*rbacv1.ClusterRole) {
	sorted := append([]*rbacv1.ClusterRole{}, roles...)
	sort.Slice(sorted, func(i, j int) bool { return sorted[i].Name < sorted[j].Name })
	for changed, rounds := true, 0; changed && rounds < 2*len(sorted)+2; rounds++ {
		changed = false
		for _, role := range sorted {
			changed = syncRole(role, sorted) || changed
		}
	}
}

// Implicit groups, as the API server's authenticators add them.
func authenticate(r request) (user.Info, error) {
	if r.Anonymous {
		return &user.DefaultInfo{Name: user.Anonymous, Groups: []string{user.AllUnauthenticated}}, nil
	}
	var info user.Info
	if r.ServiceAccount != "" {
		namespace, name, _ := strings.Cut(r.ServiceAccount, "/")
		info = serviceaccount.UserInfo(namespace, name, "")
	} else if r.User != nil {
		info = &user.DefaultInfo{Name: *r.User, Groups: r.Groups}
	} else {
		return nil, fmt.Errorf("a request without a caller")
	}
	adder := group.NewAuthenticatedGroupAdder(authenticator.RequestFunc(
		func(*http.Request) (*authenticator.Response, bool, error) {
			return &authenticator.Response{User: info}, true, nil
		}))
	response, _, err := adder.AuthenticateRequest(nil)
	if err != nil {
		return nil, err
	}
	return response.User, nil
}

func attributes(r request) (authorizer.AttributesRecord, error) {
	info, err := authenticate(r)
	record := authorizer.AttributesRecord{User: info, Verb: r.Verb}
	if r.URL != nil {
		record.Path = *r.URL
		return record, err
	}
	record.ResourceRequest = true
	record.APIGroup = r.APIGroup
	record.APIVersion = "*"
	record.Resource = r.Resource
	record.Subresource = r.Subresource
	record.Namespace = r.Namespace
	record.Name = r.Name
	return record, err
}

// AllowedSubjects gives subjects as written; a ServiceAccount without a namespace is its binding's.
func nameServiceAccounts(bindings []*rbacv1.RoleBinding) []*rbacv1.RoleBinding {
	named := []*rbacv1.RoleBinding{}
	for _, binding := range bindings {
		binding = binding.DeepCopy()
		for i := range binding.Subjects {
			if s := &binding.Subjects[i]; s.Kind == rbacv1.ServiceAccountKind && s.Namespace == "" {
				s.Namespace = binding.Namespace
			}
		}
		named = append(named, binding)
	}
	return named
}

// Subjects that can be somebody; one without a namespace in a ClusterRoleBinding is nobody.
func spell(subjects []rbacv1.Subject) []string {
	spelled := map[string]bool{}
	for _, s := range subjects {
		switch s.Kind {
		case rbacv1.UserKind:
			spelled["user:"+s.Name] = true
		case rbacv1.GroupKind:
			spelled["group:"+s.Name] = true
		case rbacv1.ServiceAccountKind:
			if s.Namespace != "" {
				spelled["sa:"+s.Namespace+"/"+s.Name] = true
			}
		}
	}
	list := []string{}
	for text := range spelled {
		list = append(list, text)
	}
	sort.Strings(list)
	return list
}

func answerWorld(w world) (answer, error) {
	result := answer{ID: w.ID, Allow: []bool{}}
	all, err := decode(w.Objects)
	if err != nil {
		return result, err
	}
	aggregate(all.clusterRoles)
	_, static := validation.NewTestRuleResolver(all.roles, all.roleBindings, all.clusterRoles, all.clusterRoleBindings)
	chain := union.New(authorizerfactory.NewPrivilegedGroups(user.SystemPrivilegedGroup),
		rbac.New(static, static, static, static))
	_, named := validation.NewTestRuleResolver(all.roles, nameServiceAccounts(all.roleBindings), all.clusterRoles, all.clusterRoleBindings)
	evaluator := rbac.NewSubjectAccessEvaluator(named, named, named, named, "")
	for _, r := range w.Requests {
		record, err := attributes(r)
		if err != nil {
			return result, err
		}
		// The error tells of roles that are not there; it never takes a grant away.
		decision, _, _ := chain.Authorize(context.Background(), record)
		result.Allow = append(result.Allow, decision == authorizer.DecisionAllow)
		if w.Who {
			subjects, _ := evaluator.AllowedSubjects(context.Background(), record)
			result.Who = append(result.Who, spell(subjects))
		}
	}
	return result, nil
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	decoder := json.NewDecoder(in)
	encoder := json.NewEncoder(out)
	for decoder.More() {
		var w world
		if err := decoder.Decode(&w); err != nil {
			fmt.Fprintln(os.Stderr, "authorize:", err)
			os.Exit(2)
		}
		result, err := answerWorld(w)
		if err != nil {
			fmt.Fprintf(os.Stderr, "authorize: world %s: %v\n", w.ID, err)
			os.Exit(2)
		}
		if err := encoder.Encode(result); err != nil {
			fmt.Fprintln(os.Stderr, "authorize:", err)
			os.Exit(2)
		}
		out.Flush()
	}
}
