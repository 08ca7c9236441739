// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.local.EmbeddedKafka;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclBinding;

/**
 * A broker that speaks TLS, asks for logins and checks rights. Who comes without a login may do
 * everything, the user {@code admin} as well, and all others what they have been given.
 */
final class SecureKafka implements AutoCloseable {
  /** Passwords: nothing that is printed, logged or served may contain it. */
  static final String SECRET = "s3cr3t-Zx81";

  static final String STORE_SECRET = SECRET + "-store";

  static final String ADMIN = "admin";
  static final String OWNER = "owner";
  static final String JOB = "job";
  static final String SENDER = "sender";
  static final String READER = "reader";

  private static final List<String> USERS = List.of(ADMIN, OWNER, JOB, SENDER, READER);
  private static final String PLAIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required";
  private static final String SCRAM =
      "org.apache.kafka.common.security.scram.ScramLoginModule required";

  /** What a listener of the broker speaks. */
  enum Listener {
    /** TLS and no login. */
    TLS("SSL"),
    /** TLS where the client has a certificate, too. */
    MUTUAL("SSL"),
    /** TLS and a login. */
    LOGIN("SASL_SSL"),
    /** A login without TLS. */
    CLEARLOGIN("SASL_PLAINTEXT"),
    /** Neither. */
    BROKER("PLAINTEXT");

    private final String protocol;

    Listener(String protocol) {
      this.protocol = protocol;
    }
  }

  private final Path folder;
  private final EmbeddedKafka kafka;

  private SecureKafka(Path folder, EmbeddedKafka kafka) {
    this.folder = folder;
    this.kafka = kafka;
  }

  static SecureKafka start(Path folder) throws Exception {
    Path store = folder.resolve("keys.p12");
    makeKeys(store);
    Files.writeString(folder.resolve("ca.pem"), certificate(store));
    Files.writeString(
        folder.resolve("secrets"), "login=%s%nstore=%s%n".formatted(SECRET, STORE_SECRET));
    Map<String, String> protocols = new TreeMap<>();
    for (Listener listener : Listener.values()) {
      protocols.put(listener.name(), listener.protocol);
    }
    SecureKafka secure =
        new SecureKafka(folder, EmbeddedKafka.start(folder, protocols, settings(store)));
    secure.addScramUsers();
    return secure;
  }

  private static Map<String, String> settings(Path store) {
    Map<String, String> settings = new HashMap<>();
    for (String kind : List.of("keystore", "truststore")) {
      settings.put("ssl.%s.location".formatted(kind), store.toString());
      settings.put("ssl.%s.type".formatted(kind), "PKCS12");
      settings.put("ssl.%s.password".formatted(kind), STORE_SECRET);
    }
    settings.put("ssl.key.password", STORE_SECRET);
    settings.put("listener.name.mutual.ssl.client.auth", "required");
    settings.put("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512");
    settings.put("listener.name.clearlogin.sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512");
    StringBuilder users = new StringBuilder(PLAIN);
    USERS.forEach(user -> users.append(" user_%s=\"%s\"".formatted(user, SECRET)));
    for (String listener : List.of("login", "clearlogin")) {
      String prefix = "listener.name.%s.".formatted(listener);
      settings.put(prefix + "plain.sasl.jaas.config", users + ";");
      settings.put(prefix + "scram-sha-256.sasl.jaas.config", SCRAM + ";");
      settings.put(prefix + "scram-sha-512.sasl.jaas.config", SCRAM + ";");
    }
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    settings.put("super.users", "User:ANONYMOUS;User:" + ADMIN + ";User:CN=broker");
    return settings;
  }

  private static void makeKeys(Path store) throws IOException, InterruptedException {
    String line =
        "-genkeypair -alias broker -keyalg EC -dname CN=broker -ext SAN=ip:127.0.0.1"
            + " -validity 2 -storetype PKCS12 -keystore FILE -storepass:env STORE_SECRET";
    String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    ProcessBuilder builder = new ProcessBuilder(tool);
    for (String word : line.split(" ")) {
      builder.command().add(word.replace("FILE", store.toString()));
    }
    builder.environment().put("STORE_SECRET", STORE_SECRET);
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException(output);
    }
  }

  private static String certificate(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, STORE_SECRET.toCharArray());
    }
    Certificate certificate = keys.getCertificate("broker");
    return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
        .formatted(Base64.getMimeEncoder().encodeToString(certificate.getEncoded()));
  }

  private void addScramUsers() throws Exception {
    try (Admin admin = admin()) {
      for (ScramMechanism mechanism :
          List.of(ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512)) {
        List<UserScramCredentialAlteration> users = new ArrayList<>();
        for (String user : USERS) {
          users.add(
              new UserScramCredentialUpsertion(
                  user, new ScramCredentialInfo(mechanism, 4096), SECRET));
        }
        admin.alterUserScramCredentials(users).all().get();
      }
    }
  }

  private Admin admin() {
    return Admin.create(
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap(Listener.BROKER)));
  }

  void allow(List<AclBinding> rights) throws Exception {
    try (Admin admin = admin()) {
      admin.createAcls(rights).all().get();
    }
  }

  void revoke(List<AclBinding> rights) throws Exception {
    try (Admin admin = admin()) {
      admin.deleteAcls(rights.stream().map(AclBinding::toFilter).toList()).all().get();
    }
  }

  String bootstrap(Listener listener) {
    return kafka.bootstrap(listener.name());
  }

  /** Client properties for TLS, with a reference to the password of the client's own key. */
  Map<String, String> tls(boolean ownKey) {
    Map<String, String> properties = new TreeMap<>();
    properties.put("security.protocol", "SSL");
    properties.put("ssl.truststore.type", "PEM");
    properties.put("ssl.truststore.location", folder.resolve("ca.pem").toString());
    if (ownKey) {
      properties.put("ssl.keystore.location", folder.resolve("keys.p12").toString());
      properties.put("ssl.keystore.type", "PKCS12");
      properties.put("ssl.keystore.password", reference("store"));
    }
    return properties;
  }

  /** Client properties for a login, with a reference to the password. */
  Map<String, String> login(String mechanism, String user, boolean tls) {
    Map<String, String> properties = new TreeMap<>(tls ? tls(false) : Map.of());
    properties.put("security.protocol", tls ? "SASL_SSL" : "SASL_PLAINTEXT");
    properties.put("sasl.mechanism", mechanism);
    properties.put("sasl.jaas.config", jaas(mechanism, user, reference("login")));
    return properties;
  }

  static String jaas(String mechanism, String user, String password) {
    return "%s username=\"%s\" password=\"%s\";"
        .formatted(mechanism.equals("PLAIN") ? PLAIN : SCRAM, user, password);
  }

  private String reference(String key) {
    return "${file:%s:%s}".formatted(folder.resolve("secrets"), key);
  }

  @Override
  public void close() throws IOException {
    kafka.close();
  }
}
