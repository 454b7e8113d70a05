#!/usr/bin/env python3
"""Writes a typical repository: the bundled example with N further manifests (100 by default).

    typical_repository.py SOURCE_ROOT FOLDER [N]

Each manifest is one service as teams write them: ServiceAccount, Role, RoleBinding, Deployment, Service, ConfigMap.
"""
import pathlib
import shutil
import sys

SERVICE = """\
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {name}
  namespace: {namespace}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {name}
  namespace: {namespace}
rules:
- apiGroups: [""]
  resources: [configmaps]
  resourceNames: [{name}]
  verbs: [get, watch]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [get, create, update]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {name}
  namespace: {namespace}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {name}
subjects:
- kind: ServiceAccount
  name: {name}
  namespace: {namespace}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: {namespace}
  labels: {{app.kubernetes.io/name: {name}}}
spec:
  replicas: 2
  selector:
    matchLabels: {{app.kubernetes.io/name: {name}}}
  template:
    metadata:
      labels: {{app.kubernetes.io/name: {name}}}
    spec:
      serviceAccountName: {name}
      containers:
      - name: main
        image: registry.example.com/{name}:1.{number}
        ports:
        - containerPort: 8080
        env:
        - name: LOG_LEVEL
          value: info
        resources:
          requests: {{cpu: 100m, memory: 128Mi}}
          limits: {{memory: 256Mi}}
        readinessProbe:
          httpGet: {{path: /ready, port: 8080}}
---
apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: {namespace}
spec:
  selector: {{app.kubernetes.io/name: {name}}}
  ports:
  - port: 80
    targetPort: 8080
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}
  namespace: {namespace}
data:
  settings.yaml: |
    name: {name}
    retries: 3
"""


def write(source, folder, count=100):
    folder = pathlib.Path(folder)
    shop = pathlib.Path(source) / "examples/shop"
    shutil.copytree(shop / "manifests", folder / "manifests")
    shutil.copy(shop / "state.json", folder / "state.json")
    services = folder / "services"
    services.mkdir()
    for number in range(count):
        text = SERVICE.format(name=f"service-{number:03}", namespace=f"team-{number % 10}", number=number)
        (services / f"service-{number:03}.yaml").write_text(text)
    (folder / ".whomay.yaml").write_text("inputs: [state.json, manifests, services]\nthreshold: high\n")


if __name__ == "__main__":
    write(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 100)
