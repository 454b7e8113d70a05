// evaluate answers expressions of Terraform's language with HashiCorp's own code: the judge of
// tests/differential/hcl.
//
// One JSON text a line on standard input: an expression. One line of answers each: {"unknown": what it
// is worth where `us` is an unknown text and `u` an unknown value of unknown type, "filled": what it is
// worth with each of their fillings}. Values are written as the C++ side writes them: `?` unknown, `!`
// an error, texts as JSON, `l[…]`, `s[…]`, `t[…]` lists, sets and tuples, `m{…}`, `o{…}` maps and objects.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

var functions = map[string]function.Function{
	"can":             tryfunc.CanFunc,
	"compact":         stdlib.CompactFunc,
	"concat":          stdlib.ConcatFunc,
	"contains":        stdlib.ContainsFunc,
	"distinct":        stdlib.DistinctFunc,
	"element":         stdlib.ElementFunc,
	"flatten":         stdlib.FlattenFunc,
	"format":          stdlib.FormatFunc,
	"formatlist":      stdlib.FormatListFunc,
	"join":            stdlib.JoinFunc,
	"jsondecode":      stdlib.JSONDecodeFunc,
	"jsonencode":      stdlib.JSONEncodeFunc,
	"keys":            stdlib.KeysFunc,
	"length":          length,
	"lookup":          stdlib.LookupFunc,
	"lower":           stdlib.LowerFunc,
	"max":             stdlib.MaxFunc,
	"merge":           stdlib.MergeFunc,
	"min":             stdlib.MinFunc,
	"range":           stdlib.RangeFunc,
	"replace":         stdlib.ReplaceFunc,
	"reverse":         stdlib.ReverseListFunc,
	"setintersection": stdlib.SetIntersectionFunc,
	"setsubtract":     stdlib.SetSubtractFunc,
	"setunion":        stdlib.SetUnionFunc,
	"slice":           stdlib.SliceFunc,
	"sort":            stdlib.SortFunc,
	"split":           stdlib.SplitFunc,
	"substr":          stdlib.SubstrFunc,
	"title":           stdlib.TitleFunc,
	"tobool":          stdlib.MakeToFunc(cty.Bool),
	"tolist":          stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)),
	"tomap":           stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),
	"tonumber":        stdlib.MakeToFunc(cty.Number),
	"toset":           stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
	"tostring":        stdlib.MakeToFunc(cty.String),
	"trim":            stdlib.TrimFunc,
	"trimprefix":      stdlib.TrimPrefixFunc,
	"trimspace":       stdlib.TrimSpaceFunc,
	"trimsuffix":      stdlib.TrimSuffixFunc,
	"try":             tryfunc.TryFunc,
	"upper":           stdlib.UpperFunc,
	"values":          stdlib.ValuesFunc,
	"zipmap":          stdlib.ZipmapFunc,
}

// length counts tuples and objects too, as Terraform's own does.
var length = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowDynamicType: true, AllowUnknown: true}},
	Type: func(args []cty.Value) (cty.Type, error) {
		ty := args[0].Type()
		if ty == cty.String || ty.IsTupleType() || ty.IsObjectType() || ty.IsCollectionType() || ty == cty.DynamicPseudoType {
			return cty.Number, nil
		}
		return cty.Number, errors.New("argument must be a string, a collection type, or a structural type")
	},
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		value, ty := args[0], args[0].Type()
		switch {
		case ty == cty.DynamicPseudoType:
			return cty.UnknownVal(cty.Number), nil
		case ty.IsTupleType():
			return cty.NumberIntVal(int64(ty.Length())), nil
		case ty.IsObjectType():
			return cty.NumberIntVal(int64(len(ty.AttributeTypes()))), nil
		case ty == cty.String:
			return stdlib.Strlen(value)
		default:
			return value.Length(), nil
		}
	},
})

// The names that generated expressions use; evaluate.cc has the same.
func names(us, u cty.Value) map[string]cty.Value {
	return map[string]cty.Value{
		"n":  cty.NumberIntVal(3),
		"s":  cty.StringVal("text"),
		"b":  cty.True,
		"l":  cty.ListVal([]cty.Value{cty.StringVal("a"), cty.StringVal("b")}),
		"m":  cty.MapVal(map[string]cty.Value{"a": cty.StringVal("x"), "b": cty.StringVal("y")}),
		"o":  cty.ObjectVal(map[string]cty.Value{"a": cty.NumberIntVal(1), "b": cty.StringVal("z")}),
		"us": us,
		"u":  u,
	}
}

func fillings() [][2]cty.Value {
	arn := cty.StringVal("arn:aws:iam::111122223333:role/x")
	return [][2]cty.Value{
		{arn, cty.NumberIntVal(1)},
		{cty.StringVal("filled"), cty.StringVal("a")},
		{arn, cty.True},
		{arn, cty.ListVal([]cty.Value{cty.StringVal("a"), cty.StringVal("c")})},
		{arn, cty.ObjectVal(map[string]cty.Value{"a": cty.StringVal("v")})},
		{arn, cty.EmptyTupleVal},
		{arn, cty.NullVal(cty.DynamicPseudoType)},
	}
}

func quoted(text string) string {
	bytes, _ := json.Marshal(text)
	return string(bytes)
}

func write(to *strings.Builder, value cty.Value) {
	switch {
	case !value.IsKnown():
		to.WriteString("?")
	case value.IsNull():
		to.WriteString("null")
	case value.Type() == cty.String:
		to.WriteString(quoted(value.AsString()))
	case value.Type() == cty.Bool:
		fmt.Fprint(to, value.True())
	case value.Type() == cty.Number:
		to.WriteString(value.AsBigFloat().Text('f', -1))
	case value.Type().IsMapType() || value.Type().IsObjectType():
		to.WriteString(map[bool]string{true: "m{", false: "o{"}[value.Type().IsMapType()])
		first := true
		for it := value.ElementIterator(); it.Next(); first = false {
			if !first {
				to.WriteString(",")
			}
			key, element := it.Element()
			to.WriteString(quoted(key.AsString()) + ":")
			write(to, element)
		}
		to.WriteString("}")
	default:
		kind := "t["
		if value.Type().IsListType() {
			kind = "l["
		} else if value.Type().IsSetType() {
			kind = "s["
		}
		to.WriteString(kind)
		first := true
		for it := value.ElementIterator(); it.Next(); first = false {
			if !first {
				to.WriteString(",")
			}
			_, element := it.Element()
			write(to, element)
		}
		to.WriteString("]")
	}
}

func answer(expression hcl.Expression, variables map[string]cty.Value) (text string) {
	defer func() {
		if recover() != nil {
			text = "panic"
		}
	}()
	value, diags := expression.Value(&hcl.EvalContext{Variables: variables, Functions: functions})
	if diags.HasErrors() {
		return "!"
	}
	var to strings.Builder
	write(&to, value)
	return to.String()
}

type answers struct {
	Unknown string   `json:"unknown"`
	Filled  []string `json:"filled"`
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		var text string
		if err := json.Unmarshal(in.Bytes(), &text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		result := answers{Unknown: "syntax"}
		expression, diags := hclsyntax.ParseExpression([]byte(text), "e", hcl.InitialPos)
		if !diags.HasErrors() {
			result.Unknown = answer(expression, names(cty.UnknownVal(cty.String), cty.DynamicVal))
			for _, filling := range fillings() {
				result.Filled = append(result.Filled, answer(expression, names(filling[0], filling[1])))
			}
		}
		line, _ := json.Marshal(result)
		out.Write(line)
		out.WriteByte('\n')
	}
}
