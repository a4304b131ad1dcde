"""Tests of the Helm chart: the rendered objects for given values. deploy/helm/check runs them."""

import functools
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import yaml

CHART = pathlib.Path(__file__).parent / "nexus"
MINIMUM = {
    "host": "nexus.example.com",
    "images.gateway.name": "registry.example.com/nexus-gateway",
    "images.broker.name": "registry.example.com/nexus-broker",
}


def helm(*arguments, values=None, files=(), release="nexus", namespace="nexus"):
    """Runs helm template."""
    line = ["helm", "template", release, str(CHART), "--namespace", namespace, "--kube-version", "1.34", *arguments]
    for file in files:
        line += ["--values", str(file)]
    for key, value in {**MINIMUM, **(values or {})}.items():
        line += ["--set", f"{key}={value}"]
    return run(tuple(line))


@functools.cache
def run(line):
    return subprocess.run(line, capture_output=True, text=True)


@functools.cache
def parse(text):
    return [each for each in yaml.load_all(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)) if each]


def render(*arguments, **options):
    """Returns the objects by (kind, name). Do not change them: other tests get the same objects."""
    result = helm(*arguments, **options)
    if result.returncode:
        raise AssertionError(result.stderr)
    objects = parse(result.stdout)
    found = {(each["kind"], each["metadata"]["name"]): each for each in objects}
    if len(found) != len(objects):
        raise AssertionError("two objects have the same kind and name")
    return found


def every_option(**options):
    return render(files=[CHART.parent / "every-option.yaml"], **options)


def pod_of(owner):
    return owner["spec"]["template"]["spec"]


def settings(owner):
    """The settings of a Deployment or Job: the first file of SMALLRYE_CONFIG_LOCATIONS that has a setting takes precedence."""
    annotations = owner["spec"]["template"]["metadata"]["annotations"]
    found = {}
    for path in pod_of(owner)["containers"][0]["env"][0]["value"].split(","):
        for line in annotations.get("nexus/" + path.rsplit("/", 1)[1], "").splitlines():
            if line and not line.startswith("#"):
                key, value = line.split("=", 1)
                found.setdefault(key, value)
    return found


class Values(unittest.TestCase):
    def test_missing_values_are_listed_together(self):
        result = subprocess.run(["helm", "template", "nexus", str(CHART), "--kube-version", "1.34"], capture_output=True, text=True)

        self.assertNotEqual(0, result.returncode)
        for value in ("host: ", "images.gateway.name: ", "images.broker.name: "):
            self.assertIn("  - " + value, result.stderr)

    def test_old_kubernetes_is_refused(self):
        result = helm("--kube-version", "1.29")

        self.assertNotEqual(0, result.returncode)
        self.assertIn("Nexus needs Kubernetes 1.30 or newer. This cluster runs v1.29", result.stderr)

    def test_each_value_has_a_description(self):
        def undescribed(schema, path=""):
            for name, value in schema.get("properties", {}).items():
                if "description" not in value and "$ref" not in value:
                    yield path + name
                yield from undescribed(value, f"{path}{name}.")

        schema = json.loads((CHART / "values.schema.json").read_text())

        self.assertEqual([], list(undescribed(schema)))

    def test_edge_needs_an_issuer_or_an_own_certificate(self):
        for edge in ("ingress", "gatewayApi"):
            with self.subTest(edge):
                result = helm(values={f"{edge}.enabled": "true"})

                self.assertNotEqual(0, result.returncode)
                self.assertIn(f"{edge}.clusterIssuer: set the ClusterIssuer", result.stderr)
                self.assertIn("nexus-public-tls", result.stderr)
                for issuer in ("", "letsencrypt"):
                    objects = render(values={f"{edge}.enabled": "true", f"{edge}.clusterIssuer": issuer})
                    one = objects[("Ingress" if edge == "ingress" else "Gateway", "nexus")]["metadata"]
                    self.assertEqual(issuer, one.get("annotations", {}).get("cert-manager.io/cluster-issuer", ""))

    def test_unknown_value_is_refused(self):
        result = helm(values={"gateway.replica": "3"})

        self.assertNotEqual(0, result.returncode)
        self.assertIn("'replica' not allowed", result.stderr)

    def test_wrong_values_are_refused(self):
        for key, value in (
            ("images.broker.digest", "sha256:123"),
            ("vault.url", "http://vault.vault.svc:8200"),
            ("host", "https://nexus.example.com"),
            ("tracing.endpoint", "http://collector"),
            ("migration.mode", "never"),
            ("broker.replicas", "-1"),
            ("gateway.settings.nested.name", "x"),
        ):
            with self.subTest(key):
                result = helm(values={key: value})

                self.assertNotEqual(0, result.returncode)
                self.assertIn("don't meet the specifications", result.stderr)

    def test_mount_needs_one_source(self):
        result = helm("--set-json", 'gateway.mounts=[{"name": "branding", "path": "/etc/nexus/branding"}]')

        self.assertNotEqual(0, result.returncode)
        self.assertIn("gateway.mounts, branding: set either secret or configMap", result.stderr)

    def test_a_setting_takes_precedence_and_keeps_its_characters(self):
        broker = render(
            "--set-json", r'broker.settings={"quarkus.vault.url": "https://v.example:8200", "a:b": "c=d\\e", "nexus.x": true}'
        )[("Deployment", "nexus-broker")]

        found = settings(broker)
        self.assertEqual("https://v.example:8200", found["quarkus.vault.url"])
        self.assertEqual(r"c=d\\e", found[r"a\:b"])
        self.assertEqual("true", found["nexus.x"])


class Names(unittest.TestCase):
    def test_two_releases_share_no_object(self):
        for release, namespace in (("payments", "nexus"), ("nexus", "other")):
            with self.subTest(release=release, namespace=namespace):
                first = {(*key, one["metadata"].get("namespace")) for key, one in every_option().items()}
                second = {
                    (*key, one["metadata"].get("namespace"))
                    for key, one in every_option(release=release, namespace=namespace).items()
                }

                self.assertFalse(first & second)

    def test_release_and_namespace_are_in_each_name_and_address(self):
        objects = render(release="payments", namespace="team")

        self.assertIn(("Deployment", "payments-nexus-gateway"), objects)
        for one in objects.values():
            self.assertEqual("team", one["metadata"]["namespace"])
        gateway = settings(objects[("Deployment", "payments-nexus-gateway")])
        self.assertEqual("https://payments-nexus-broker.team.svc:8081", gateway["nexus.gateway.broker-url"])
        broker = settings(objects[("Deployment", "payments-nexus-broker")])
        self.assertEqual("payments-nexus-gateway", broker["nexus.broker.gateway-identity"])

    def test_certificates_name_what_the_settings_expect(self):
        objects = render(values={"certManager.enabled": "true"}, release="payments", namespace="team")

        self.assertEqual(
            ["payments-nexus-broker.team.svc"], objects[("Certificate", "payments-nexus-broker")]["spec"]["dnsNames"]
        )
        self.assertEqual(["payments-nexus-gateway"], objects[("Certificate", "payments-nexus-gateway")]["spec"]["dnsNames"])

    def test_each_selector_names_the_release(self):
        objects = every_option(release="payments")

        for (kind, name), one in objects.items():
            if kind in ("Deployment", "PodDisruptionBudget"):
                self.assertEqual("payments", one["spec"]["selector"]["matchLabels"]["app.kubernetes.io/instance"], name)
            if kind == "Service":
                self.assertEqual("payments", one["spec"]["selector"]["app.kubernetes.io/instance"], name)

    def test_pod_labels_do_not_change_with_the_version(self):
        for owner in (each for key, each in every_option().items() if key[0] in ("Deployment", "Job")):
            labels = owner["spec"]["template"]["metadata"]["labels"]

            self.assertEqual({"app.kubernetes.io/name", "app.kubernetes.io/instance"}, set(labels))

    def test_setup_of_vault_names_the_same_role_and_service_account(self):
        for release in ("nexus", "payments"):
            with self.subTest(release):
                deployment = next(
                    one for (kind, name), one in render(release=release).items() if kind == "Deployment" and "broker" in name
                )
                account = pod_of(deployment)["serviceAccountName"]
                result, calls = vault_setup("--kubernetes", "--name", account.removesuffix("-broker"))

                self.assertEqual(0, result.returncode, result.stderr)
                self.assertIn(f"bound_service_account_names={account} bound_service_account_namespaces=nexus", calls)
        self.assertEqual("nexus-broker", settings(render()[("Deployment", "nexus-broker")])["quarkus.vault.authentication.kubernetes.role"])

    def test_a_long_release_name_is_shortened(self):
        objects = render(release="a" * 53)

        for kind, name in objects:
            self.assertLessEqual(len(name), 63, kind)


def vault_setup(*options, role=""):
    """Runs deploy/vault/setup with a program vault that prints role for each field and records its calls and policies."""
    with tempfile.TemporaryDirectory() as folder:
        vault = pathlib.Path(folder, "vault")
        vault.write_text(
            """#!/bin/sh
echo "$*" >> "$CALLS"
case "$1 $2" in
    *list*) echo '"transit/" "approle/" "kubernetes/"' ;;
    "policy write") cat >> "$CALLS" ;;
    "read -field=bound_"*) [ -n "$ROLE" ] && echo "$ROLE" ;;
    "read transit/keys/"*) exit 2 ;;
esac
"""
        )
        vault.chmod(0o755)
        calls = pathlib.Path(folder, "calls")
        environment = {
            "PATH": folder + os.pathsep + os.environ["PATH"], "VAULT_ADDR": "http://127.0.0.1:1", "CALLS": str(calls), "ROLE": role,
        }
        result = subprocess.run(
            [str(CHART.parents[1] / "vault" / "setup"), *options], env=environment, capture_output=True, text=True
        )
        return result, calls.read_text() if calls.exists() else ""


class VaultSetup(unittest.TestCase):
    def test_default_names(self):
        result, calls = vault_setup("--kubernetes")

        self.assertEqual("quarkus.vault.authentication.kubernetes.role=nexus-broker\n", result.stdout)
        self.assertIn("policy write nexus-broker -", calls)
        self.assertIn((CHART.parents[1] / "vault" / "nexus-broker.hcl").read_text(), calls)

    def test_each_installation_has_its_own_key_policy_and_role(self):
        for login in ("--kubernetes", "--app-role"):
            for tenants in ((), ("--key-per-tenant",)):
                with self.subTest(login=login, tenants=tenants):
                    result, calls = vault_setup(login, "--name", "payments", "--namespace", "team", *tenants)

                    self.assertEqual(0, result.returncode, result.stderr)
                    self.assertIn("nexus.cipher.transit.key=payments\n", result.stdout)
                    self.assertIn("write -f transit/keys/payments ", calls)
                    self.assertIn("/role/payments-broker ", calls)
                    self.assertIn('path "transit/encrypt/payments"', calls)
                    self.assertEqual(bool(tenants), 'path "transit/encrypt/payments-tenant-*"' in calls)
                    self.assertFalse([line for line in calls.splitlines() if "nexus" in line and not line.startswith("#")])

    def test_name_that_could_reach_the_keys_of_another_installation_is_refused(self):
        for name in ("", "nexus-tenant-acme", "a/b", 'a"', "*", "A"):
            with self.subTest(name):
                result, calls = vault_setup("--kubernetes", "--name", name)

                self.assertEqual(1, result.returncode)
                self.assertIn("--name", result.stderr)
                self.assertEqual("", calls)

    def test_role_of_another_installation_is_not_replaced(self):
        result, calls = vault_setup("--kubernetes", "--namespace", "payments", role="[nexus-broker]")

        self.assertEqual(1, result.returncode)
        self.assertIn("add --name NAME", result.stderr)
        self.assertNotIn("write auth/kubernetes/role/", calls)


class Security(unittest.TestCase):
    def pods(self):
        for (kind, name), one in every_option().items():
            if kind in ("Deployment", "Job"):
                yield name, pod_of(one)
            elif kind == "Pod":
                yield name, one["spec"]

    def test_each_pod_is_restricted(self):
        for name, pod in self.pods():
            with self.subTest(name):
                self.assertFalse(pod["automountServiceAccountToken"])
                self.assertTrue(pod["securityContext"]["runAsNonRoot"])
                self.assertEqual("RuntimeDefault", pod["securityContext"]["seccompProfile"]["type"])
                for container in pod["containers"]:
                    context = container["securityContext"]
                    self.assertTrue(context["readOnlyRootFilesystem"])
                    self.assertFalse(context["allowPrivilegeEscalation"])
                    self.assertEqual(["ALL"], context["capabilities"]["drop"])
                    self.assertNotIn("envFrom", container)
                    for variable in container.get("env", []):
                        self.assertNotIn("valueFrom", variable)

    def test_secrets_are_mounted_read_only_for_the_group(self):
        for name, pod in self.pods():
            for mount in pod["containers"][0].get("volumeMounts", []):
                self.assertTrue(mount["mountPath"] == "/tmp" or mount["readOnly"], name)
            for volume in pod.get("volumes", []):
                if "secret" in volume:
                    self.assertEqual(0o440, volume["secret"]["defaultMode"], name)

    def test_all_traffic_is_denied_by_default(self):
        deny = render()[("NetworkPolicy", "nexus-default-deny")]["spec"]

        self.assertEqual({"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}, deny)

    def test_without_the_namespace_only_pods_of_the_release_are_denied(self):
        deny = render(values={"networkPolicies.denyAllInNamespace": "false"})[("NetworkPolicy", "nexus-default-deny")]["spec"]

        self.assertEqual({"app.kubernetes.io/instance": "nexus"}, deny["podSelector"]["matchLabels"])

    def test_without_an_edge_no_pod_reaches_the_gateway_port(self):
        rules = render()[("NetworkPolicy", "nexus-gateway")]["spec"]["ingress"]

        self.assertEqual([9000], [port["port"] for rule in rules for port in rule["ports"]])

    def test_public_https_can_be_closed(self):
        rules = render(values={"networkPolicies.publicHttps": "false"})[("NetworkPolicy", "nexus-broker")]["spec"]["egress"]

        self.assertNotIn(443, [port["port"] for rule in rules for port in rule["ports"]])

    def test_ports_of_the_policies_follow_the_addresses(self):
        rules = render(
            values={"database.port": "6432", "vault.url": "https://vault.example.com", "tracing.endpoint": "http://c.svc:4000"}
        )[("NetworkPolicy", "nexus-broker")]["spec"]["egress"]

        ports = [port["port"] for rule in rules for port in rule["ports"]]
        self.assertEqual([6432, 443, 4000, 443], ports)

    def test_no_object_contains_a_secret(self):
        self.assertFalse([name for kind, name in every_option() if kind == "Secret"])


class Migration(unittest.TestCase):
    HOOK = "pre-install,pre-upgrade"

    def test_is_a_hook_before_each_change(self):
        objects = render()

        for key in (("ServiceAccount", "nexus-migrate"), ("NetworkPolicy", "nexus-migrate"), ("Job", "nexus-migrate")):
            self.assertEqual(self.HOOK, objects[key]["metadata"]["annotations"]["helm.sh/hook"])
        others = [each for key, each in objects.items() if key[1] != "nexus-migrate" and key[0] not in ("Pod",) and "test" not in key[1]]
        self.assertTrue(others)
        for other in others:
            self.assertNotIn("helm.sh/hook", other["metadata"].get("annotations", {}))

    def test_hook_uses_no_object_of_the_release(self):
        objects = render()
        job = pod_of(objects[("Job", "nexus-migrate")])

        used = [volume.get("configMap", {}).get("name") for volume in job["volumes"]]
        self.assertFalse([name for kind, name in objects if kind == "ConfigMap" and name in used])

    def test_is_a_job_of_the_release_if_the_release_creates_its_prerequisites(self):
        for option in ("externalSecrets.enabled", "cloudNativePG.enabled"):
            with self.subTest(option):
                jobs = [one for key, one in render(values={option: "true"}).items() if key[0] == "Job"]

                self.assertEqual(1, len(jobs))
                self.assertNotIn("annotations", jobs[0]["metadata"])

    def test_name_of_the_job_changes_with_its_content(self):
        def name(**values):
            (job,) = [key[1] for key in render(values={"migration.mode": "job", **values}) if key[0] == "Job"]
            return job

        self.assertEqual(name(), name())
        self.assertNotEqual(name(), name(**{"images.broker.tag": "0.2.0"}))
        self.assertNotEqual(name(), name(**{"database.host": "db2"}))

    def test_hook_before_its_database_is_refused(self):
        result = helm(values={"migration.mode": "hook", "cloudNativePG.enabled": "true"})

        self.assertNotEqual(0, result.returncode)
        self.assertIn("migration.mode: hook runs before cloudNativePG creates the database", result.stderr)


class Rollout(unittest.TestCase):
    def test_changed_setting_changes_only_the_pods_of_its_service(self):
        before = render()
        after = render(values={"gateway.trustedProxies[0]": "192.0.2.1"})

        changed = [key for key in before if before[key] != after[key]]
        self.assertEqual([("Deployment", "nexus-gateway")], changed)
        self.assertNotEqual(
            before[("Deployment", "nexus-gateway")]["spec"]["template"], after[("Deployment", "nexus-gateway")]["spec"]["template"]
        )

    def test_settings_are_a_part_of_the_pod_template(self):
        for name in ("nexus-gateway", "nexus-broker"):
            owner = every_option()[("Deployment", name)]
            (volume,) = [each for each in pod_of(owner)["volumes"] if each["name"] == "config"]

            fields = {item["path"]: item["fieldRef"]["fieldPath"] for item in volume["downwardAPI"]["items"]}
            self.assertEqual({"overlay.properties", "tracing.properties", "application.properties"}, set(fields))
            for file, field in fields.items():
                self.assertEqual(f"metadata.annotations['nexus/{file}']", field)
                self.assertIn(f"nexus/{file}", owner["spec"]["template"]["metadata"]["annotations"])

    def test_paused_gateways_keep_their_version(self):
        self.assertTrue(render(values={"gateway.paused": "true"})[("Deployment", "nexus-gateway")]["spec"]["paused"])
        self.assertNotIn("paused", render()[("Deployment", "nexus-gateway")]["spec"])

    def test_argo_cd_rolls_out_brokers_before_gateways(self):
        objects = render()

        wave = "argocd.argoproj.io/sync-wave"
        self.assertEqual("1", objects[("Deployment", "nexus-gateway")]["metadata"]["annotations"][wave])
        self.assertNotIn("annotations", objects[("Deployment", "nexus-broker")]["metadata"])

    def test_autoscaler_owns_the_number_of_replicas(self):
        objects = every_option()

        for name in ("nexus-gateway", "nexus-broker"):
            self.assertNotIn("replicas", objects[("Deployment", name)]["spec"])
            scaler = objects[("HorizontalPodAutoscaler", name)]["spec"]
            self.assertEqual(name, scaler["scaleTargetRef"]["name"])
            self.assertEqual(
                [{"type": "Pods", "value": 2, "periodSeconds": 60}], scaler["behavior"]["scaleUp"]["policies"]
            )

    def test_digest_takes_precedence_over_the_tag(self):
        digest = "sha256:" + "0123456789abcdef" * 4
        objects = render(values={"images.broker.digest": digest, "images.broker.tag": "9.9.9"})

        image = "registry.example.com/nexus-broker@" + digest
        self.assertEqual(image, pod_of(objects[("Deployment", "nexus-broker")])["containers"][0]["image"])
        self.assertEqual(image, pod_of(objects[("Job", "nexus-migrate")])["containers"][0]["image"])


class Options(unittest.TestCase):
    def test_everything_optional_is_off(self):
        kinds = {kind for kind, _ in render("--skip-tests")}

        self.assertEqual({"ServiceAccount", "Deployment", "Service", "NetworkPolicy", "Job"}, kinds)

    def test_each_option_creates_its_objects(self):
        kinds = {kind for kind, _ in every_option()}

        self.assertLessEqual(
            {
                "Cluster", "Pooler", "Issuer", "Certificate", "SecretStore", "ExternalSecret", "Ingress", "Gateway", "HTTPRoute",
                "EnvoyProxy", "ClientTrafficPolicy", "ServiceMonitor", "PrometheusRule", "ConfigMap", "PodDisruptionBudget",
                "PriorityClass", "HorizontalPodAutoscaler",
            },
            kinds,
        )

    def test_runbook_links_begin_with_the_base_url(self):
        groups = every_option()[("PrometheusRule", "nexus")]["spec"]["groups"]
        links = [rule["annotations"]["runbook_url"] for group in groups for rule in group["rules"] if "alert" in rule]

        self.assertGreater(len(links), 10)
        for link in links:
            self.assertTrue(link.startswith("https://git.example.org/nexus/-/blob/main/docs/operations/runbooks/"), link)

    def test_dashboard_has_the_label_of_the_sidecar(self):
        dashboards = every_option()[("ConfigMap", "nexus-dashboards")]

        self.assertEqual("1", dashboards["metadata"]["labels"]["grafana_dashboard"])
        self.assertEqual(["nexus.json"], list(dashboards["data"]))

    def test_edges_redirect_and_limit_connections(self):
        objects = every_option()

        annotations = objects[("Ingress", "nexus")]["metadata"]["annotations"]
        self.assertEqual("true", annotations["nginx.ingress.kubernetes.io/force-ssl-redirect"])
        self.assertEqual("50", annotations["nginx.ingress.kubernetes.io/limit-connections"])
        redirect = objects[("HTTPRoute", "nexus-redirect")]["spec"]
        self.assertEqual("http", redirect["parentRefs"][0]["sectionName"])
        self.assertEqual("https", redirect["rules"][0]["filters"][0]["requestRedirect"]["scheme"])
        limit = objects[("ClientTrafficPolicy", "nexus")]["spec"]["connection"]["connectionLimit"]
        self.assertEqual(10000, limit["value"])

    def test_edges_write_no_access_log(self):
        objects = every_option()

        annotations = objects[("Ingress", "nexus")]["metadata"]["annotations"]
        self.assertEqual("false", annotations["nginx.ingress.kubernetes.io/enable-access-log"])
        self.assertTrue(objects[("EnvoyProxy", "nexus")]["spec"]["telemetry"]["accessLog"]["disable"])

    def test_edges_route_only_the_public_paths(self):
        objects = every_option()

        paths = objects[("Ingress", "nexus")]["spec"]["rules"][0]["http"]["paths"]
        self.assertEqual(["/v1", "/auth"], [path["path"] for path in paths])
        matches = objects[("HTTPRoute", "nexus")]["spec"]["rules"][0]["matches"]
        self.assertEqual(["/v1", "/auth"], [match["path"]["value"] for match in matches])

    def test_database_of_the_chart_has_two_roles_and_is_kept(self):
        cluster = every_option()[("Cluster", "nexus-postgresql")]

        self.assertEqual("keep", cluster["metadata"]["annotations"]["helm.sh/resource-policy"])
        self.assertNotIn("helm.sh/hook", cluster["metadata"]["annotations"])
        self.assertEqual(["nexus_owner", "nexus_broker"], [role["name"] for role in cluster["spec"]["managed"]["roles"]])
        self.assertFalse([role for role in cluster["spec"]["managed"]["roles"] if role.get("superuser")])
        initdb = cluster["spec"]["bootstrap"]["initdb"]
        self.assertEqual("nexus_owner", initdb["owner"])
        self.assertEqual(
            ["create role nexus_broker", 'revoke connect on database "nexus" from public',
             'grant connect on database "nexus" to nexus_broker'],
            initdb["postInitApplicationSQL"][:3],
        )

    def test_brokers_use_the_pooler_and_the_migration_does_not(self):
        objects = every_option()

        broker = settings(objects[("Deployment", "nexus-broker")])
        self.assertEqual("postgresql://nexus-postgresql-pooler.nexus.svc:5432/nexus", broker["quarkus.datasource.reactive.url"])
        self.assertEqual("true", broker["quarkus.datasource.reactive.postgresql.use-layer7-proxy"])
        self.assertIn("//nexus-postgresql-rw.nexus.svc:5432/", broker["quarkus.datasource.jdbc.url"])
        names = objects[("Cluster", "nexus-postgresql")]["spec"]["certificates"]["serverAltDNSNames"]
        self.assertEqual(["nexus-postgresql-pooler.nexus.svc"], names)

    def test_own_pooler_serves_the_brokers_and_not_the_migration(self):
        objects = render(values={"database.pooler.host": "pgbouncer.database.svc"})

        broker = objects[("Deployment", "nexus-broker")]
        self.assertEqual("postgresql://pgbouncer.database.svc:6432/nexus", settings(broker)["quarkus.datasource.reactive.url"])
        self.assertIn("//postgresql.database.svc:5432/", settings(broker)["quarkus.datasource.jdbc.url"])
        rule = objects[("NetworkPolicy", "nexus-broker")]["spec"]["egress"][0]
        self.assertEqual([{"port": 5432}, {"port": 6432}], rule["ports"])

    def test_secrets_of_the_store_have_the_names_that_the_pods_mount(self):
        objects = every_option()

        copied = {name for kind, name in objects if kind == "ExternalSecret"}
        self.assertEqual({"nexus-broker-database", "nexus-migration-database", "nexus-api-keys", "nexus-service-key"}, copied)

    def test_existing_store_is_used(self):
        objects = render(values={
            "externalSecrets.enabled": "true", "externalSecrets.store.kind": "ClusterSecretStore", "externalSecrets.store.name": "aws",
        })

        self.assertNotIn("SecretStore", {kind for kind, _ in objects})
        self.assertEqual(
            {"kind": "ClusterSecretStore", "name": "aws"}, objects[("ExternalSecret", "nexus-api-keys")]["spec"]["secretStoreRef"]
        )

    def test_branding_files_are_mounted(self):
        gateway = pod_of(every_option()[("Deployment", "nexus-gateway")])

        self.assertIn({"name": "branding", "configMap": {"name": "nexus-branding"}}, gateway["volumes"])
        self.assertIn(
            {"name": "branding", "mountPath": "/etc/nexus/branding", "readOnly": True}, gateway["containers"][0]["volumeMounts"]
        )


if __name__ == "__main__":
    unittest.main()
