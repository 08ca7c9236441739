// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Hands on bytes between clients and a server, both on the loopback interface. While it is cut it
 * hands on nothing and closes nothing, as a network that drops packets; what was on its way arrives
 * when the cut ends.
 */
final class TcpProxy implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final ServerSocket door;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "tcp-proxy");
            thread.setDaemon(true);
            return thread;
          });
  private final Object gate = new Object();
  private boolean cut;

  /**
   * @param port to listen on
   * @param target port of the server
   */
  TcpProxy(int port, int target) throws IOException {
    this.door = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    this.target = target;
    threads.execute(this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  /** Hands on nothing until {@link #mend}. */
  void cut() {
    synchronized (gate) {
      cut = true;
    }
  }

  void mend() {
    synchronized (gate) {
      cut = false;
      gate.notifyAll();
    }
  }

  /** Closes all connections; clients may connect again at once. */
  void reset() {
    sockets.forEach(TcpProxy::close);
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        sockets.add(client);
        threads.execute(() -> connect(client));
      } catch (IOException e) {
        continue; // closed, or the client has gone
      }
    }
  }

  private void connect(Socket client) {
    Socket server = new Socket();
    sockets.add(server);
    try {
      awaitOpen();
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    } catch (IOException e) {
      forget(client, server);
      return;
    }
    threads.execute(() -> handOn(client, server));
    handOn(server, client);
  }

  private void handOn(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitOpen();
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // one side has gone, and so goes the other
    } finally {
      forget(from, to);
    }
  }

  private void awaitOpen() throws IOException {
    synchronized (gate) {
      while (cut) {
        try {
          gate.wait();
        } catch (InterruptedException e) {
          throw new IOException("the proxy is closing", e);
        }
      }
    }
  }

  private void forget(Socket one, Socket other) {
    close(one);
    close(other);
    sockets.remove(one);
    sockets.remove(other);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it is of no use any more either way
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    threads.shutdownNow();
    reset();
  }
}
