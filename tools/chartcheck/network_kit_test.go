package chartcheck

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// place is an end of a connection: a pod in a namespace, or an address outside the cluster.
type place struct {
	namespace string
	labels    map[string]string
	address   string
}

// network decides about connections as a NetworkPolicy controller does; Kubernetes has no evaluator to import.
type network struct {
	t        *testing.T
	policies []networkingv1.NetworkPolicy
}

func networkOf(t *testing.T, objects []object) network {
	t.Helper()
	n := network{t: t}
	for _, o := range of(t, objects, "NetworkPolicy") {
		n.policies = append(n.policies, as[networkingv1.NetworkPolicy](t, o))
	}
	return n
}

// permits says whether a connection may be opened: no policy of the sender is against it, and none of the receiver.
func (n network) permits(from, to place, port int32) bool {
	return n.side(from, to, port, networkingv1.PolicyTypeEgress) && n.side(to, from, port, networkingv1.PolicyTypeIngress)
}

// side asks the policies of one end. A pod that none selects is free; else one of them must allow the other end.
func (n network) side(own, other place, port int32, direction networkingv1.PolicyType) bool {
	selected := false
	for _, p := range n.policies {
		if own.namespace != ours || !n.selects(&p.Spec.PodSelector, own.labels) || !has(p.Spec.PolicyTypes, direction) {
			continue
		}
		selected = true
		for _, r := range rules(p, direction) {
			if n.portAllowed(r.ports, port) && n.peerAllowed(r.peers, other) {
				return true
			}
		}
	}
	return !selected
}

type rule struct {
	ports []networkingv1.NetworkPolicyPort
	peers []networkingv1.NetworkPolicyPeer
}

func rules(p networkingv1.NetworkPolicy, direction networkingv1.PolicyType) (all []rule) {
	if direction == networkingv1.PolicyTypeEgress {
		for _, r := range p.Spec.Egress {
			all = append(all, rule{r.Ports, r.To})
		}
		return all
	}
	for _, r := range p.Spec.Ingress {
		all = append(all, rule{r.Ports, r.From})
	}
	return all
}

func has(types []networkingv1.PolicyType, wanted networkingv1.PolicyType) bool {
	for _, t := range types {
		if t == wanted {
			return true
		}
	}
	return false
}

func (n network) selects(s *metav1.LabelSelector, of map[string]string) bool {
	selector, err := metav1.LabelSelectorAsSelector(s)
	require.NoError(n.t, err)
	return selector.Matches(labels.Set(of))
}

// portAllowed knows ports by number only: that is how the chart writes them.
func (n network) portAllowed(ports []networkingv1.NetworkPolicyPort, port int32) bool {
	for _, p := range ports {
		require.NotNil(n.t, p.Port)
		require.NotZero(n.t, p.Port.IntVal, "a port by name")
		require.Nil(n.t, p.EndPort)
		require.NotNil(n.t, p.Protocol)
		if p.Port.IntVal == port && *p.Protocol == corev1.ProtocolTCP {
			return true
		}
	}
	return len(ports) == 0
}

func (n network) peerAllowed(peers []networkingv1.NetworkPolicyPeer, other place) bool {
	for _, p := range peers {
		if p.IPBlock != nil && n.inside(p.IPBlock, other.address) || p.IPBlock == nil && other.address == "" && n.peerMatches(p, other) {
			return true
		}
	}
	return len(peers) == 0
}

// peerMatches: without a selector of namespaces the policy's own is meant, and without one of pods each of them.
func (n network) peerMatches(p networkingv1.NetworkPolicyPeer, other place) bool {
	if p.NamespaceSelector == nil && other.namespace != ours {
		return false
	}
	if p.NamespaceSelector != nil && !n.selects(p.NamespaceSelector, map[string]string{"kubernetes.io/metadata.name": other.namespace}) {
		return false
	}
	return p.PodSelector == nil || n.selects(p.PodSelector, other.labels)
}

func (n network) inside(b *networkingv1.IPBlock, address string) bool {
	if address == "" {
		return false
	}
	ip := netip.MustParseAddr(address)
	for _, e := range b.Except {
		if netip.MustParsePrefix(e).Contains(ip) {
			return false
		}
	}
	return netip.MustParsePrefix(b.CIDR).Contains(ip)
}
