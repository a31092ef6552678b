package domain

import (
	"testing"

	"github.com/stretchr/testify/require"

	"w2w/pkg/fault"
	"w2w/pkg/period"
)

func TestEachCodeOfAnApplicationHasItsEdge(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Terms)
		want   string
	}{
		"nothing against it":                {func(*Terms) {}, ""},
		"no agreement":                      {func(t *Terms) { t.AgreementDate = nil }, "NO_AGREEMENT"},
		"agreed on the day":                 {func(t *Terms) { t.AgreementDate = &t.Period.From }, "AGREEMENT_AFTER_START"},
		"day 21":                            {func(t *Terms) { t.FiledOn = period.Of(2010, 3, 22) }, "OUT_OF_TIME"},
		"day 21, insolvent":                 {func(t *Terms) { t.FiledOn, t.Insolvency = period.Of(2010, 3, 22), true }, ""},
		"16 employees":                      {func(t *Terms) { t.Employees = 16 }, "COMPANY_TYPE_MISMATCH"},
		"15, said to be more":               {func(t *Terms) { t.CompanyType = LargerIndustry }, "COMPANY_TYPE_MISMATCH"},
		"16, said to be more":               {func(t *Terms) { t.CompanyType, t.Employees = LargerIndustry, 16 }, ""},
		"a big craft firm":                  {func(t *Terms) { t.CompanyType, t.Employees = Craft, 99 }, ""},
		"employer's check digit":            {func(t *Terms) { t.EmployerTaxCode = "12345678901" }, "EMPLOYER_TAX_CODE_INVALID"},
		"employer's tax code is a person's": {func(t *Terms) { t.EmployerTaxCode = "KWXDRK61C01F839J" }, "EMPLOYER_TAX_CODE_INVALID"},
		"several, sorted": {func(t *Terms) { t.AgreementDate, t.Administration, t.Employees = nil, "05", 16 },
			"COMPANY_TYPE_MISMATCH;NO_AGREEMENT;WRONG_COMPETENCE"},
	} {
		terms := plainTerms()
		c.change(&terms)
		got, err := JudgeApplication(terms, 1, rules(t))
		require.NoError(t, err, name)
		require.Equal(t, c.want, join(got), name)
	}
}

func TestCompetence(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		administration string
		provinces      []string
		right          bool
	}{
		"its own province":               {"03", []string{"MI"}, true},
		"two of one Region":              {"03", []string{"MI", "BG"}, true},
		"another Region":                 {"05", []string{"MI"}, false},
		"the Ministry for one":           {"MLPS", []string{"MI", "BG"}, false},
		"the Ministry for two":           {"MLPS", []string{"MI", "VI"}, true},
		"one of the two":                 {"03", []string{"MI", "VI"}, false},
		"Bolzano":                        {"P21", []string{"BZ"}, true},
		"Trento is not Bolzano":          {"P21", []string{"TN"}, false},
		"both autonomous Provinces":      {"MLPS", []string{"BZ", "TN"}, true},
		"no Region 04":                   {"04", []string{"BZ"}, false},
		"no such province":               {"03", []string{"XX"}, false},
		"no such province, then its own": {"03", []string{"XX", "MI"}, false},
		"its own, then no such province": {"03", []string{"MI", "XX"}, false},
		"the Ministry, no such province": {"MLPS", []string{"MI", "XX"}, false},
		"no province":                    {"03", nil, false},
		"no administration, no province": {"", nil, false},
		"no administration, none such":   {"", []string{"XX"}, false},
	} {
		terms := plainTerms()
		terms.Administration, terms.UnitProvinces = c.administration, c.provinces
		got, err := JudgeApplication(terms, 1, rules(t))
		require.NoError(t, err, name)
		require.Equal(t, !c.right, join(got) == "WRONG_COMPETENCE", name)
	}
}

func TestWithoutAnAcceptedRowNothingCanBeGranted(t *testing.T) {
	t.Parallel()
	got, err := JudgeApplication(plainTerms(), 0, rules(t))
	require.NoError(t, err)
	require.Equal(t, []AppCode{NoEligibleWorkers}, got)
}

func TestBeforeTheFirstParameterNothingIsJudged(t *testing.T) {
	t.Parallel()
	terms := plainTerms()
	terms.FiledOn = period.Of(2008, 12, 31)
	_, err := JudgeApplication(terms, 1, rules(t))
	require.True(t, fault.Is(err, fault.RuleViolated))
	err = JudgeRows(terms, []Worker{plainWorker()}, rules(t))
	require.True(t, fault.Is(err, fault.RuleViolated))
}
