// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Utils;

/**
 * What a listener of a broker speaks. A client that is set up for something else only sees that its
 * connection ends, and reports a time-out. No secret is sent.
 *
 * @param tls whether it answers the beginning of a TLS handshake
 * @param kafka whether it speaks Kafka, which is not seen through TLS
 * @param mechanisms of the login that it asks for; empty where it asks for none or speaks TLS
 */
record ListenerProbe(boolean tls, boolean kafka, List<String> mechanisms) {
  private static final int PATIENCE_MILLIS = 2_000;
  private static final int TLS_ALERT = 0x15;
  private static final int TLS_HANDSHAKE = 0x16;
  private static final int MOST_MECHANISMS = 100;
  private static final int LONGEST_RESPONSE = 1 << 16;

  /**
   * Asks the first of the addresses at which something answers; empty where nothing does.
   *
   * @param bootstrap addresses with commas between them, as clients take them
   */
  static Optional<ListenerProbe> first(String bootstrap) {
    for (String address : bootstrap.split(",")) {
      String host = Utils.getHost(address.strip());
      Integer port = Utils.getPort(address.strip());
      if (host != null && port != null) {
        Optional<ListenerProbe> found = of(new InetSocketAddress(host, port));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<ListenerProbe> of(InetSocketAddress address) {
    if (address.isUnresolved()) {
      return Optional.empty();
    }
    try (Socket tls = connect(address)) {
      if (answersTls(tls)) {
        return Optional.of(new ListenerProbe(true, false, List.of()));
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    try (Socket plain = connect(address)) {
      return Optional.of(new ListenerProbe(false, true, mechanisms(plain)));
    } catch (SocketTimeoutException e) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(new ListenerProbe(false, false, List.of()));
    }
  }

  private static Socket connect(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(address, PATIENCE_MILLIS);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return socket;
  }

  /**
   * Whether the answer to a TLS handshake is one.
   *
   * @throws SocketTimeoutException when there is no answer, as from a process that hangs
   */
  private static boolean answersTls(Socket socket) throws SocketTimeoutException {
    try {
      SSLEngine engine = SSLContext.getDefault().createSSLEngine();
      engine.setUseClientMode(true);
      ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.wrap(ByteBuffer.allocate(0), hello);
      socket.getOutputStream().write(hello.array(), 0, hello.position());
      int first = socket.getInputStream().read();
      return first == TLS_ALERT || first == TLS_HANDSHAKE;
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException | NoSuchAlgorithmException e) {
      return false; // what does not speak TLS ends the connection
    }
  }

  /** Begins a login by a mechanism that there is not: the answer names those there are. */
  private static List<String> mechanisms(Socket socket) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(request);
    out.writeShort(ApiKeys.SASL_HANDSHAKE.id);
    out.writeShort(1); // its version
    out.writeInt(1); // which request it is
    writeText(out, "driftmoe");
    writeText(out, "none");
    DataOutputStream sent = new DataOutputStream(socket.getOutputStream());
    sent.writeInt(request.size());
    request.writeTo(sent);
    sent.flush();

    DataInputStream in = new DataInputStream(socket.getInputStream());
    int size = in.readInt();
    if (size < 0 || size > LONGEST_RESPONSE || in.readInt() != 1) {
      throw new IOException("no answer of Kafka");
    }
    short error = in.readShort();
    int count = in.readInt();
    if (count < 0 || count > MOST_MECHANISMS) {
      throw new IOException("no answer of Kafka");
    }
    List<String> mechanisms = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      mechanisms.add(new String(in.readNBytes(in.readUnsignedShort()), StandardCharsets.UTF_8));
    }
    return error == Errors.ILLEGAL_SASL_STATE.code() ? List.of() : mechanisms;
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    out.writeShort(text.length());
    out.writeBytes(text);
  }
}
