// Package schemas holds on to the published Go types from which controller-gen writes the schemas of
// the custom resources that infra/k8s uses. Nothing here runs.
package schemas

import (
	_ "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	_ "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	_ "sigs.k8s.io/gateway-api/apis/v1"
)
