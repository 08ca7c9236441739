// SPDX-License-Identifier: GPL-3.0-or-later
package org.apache.flink.metrics.prometheus;

import io.prometheus.client.exporter.HTTPServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Properties;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * Flink's reporter for Prometheus, which listens on the loopback interface alone: Flink's own
 * listens on all, and has no setting for that. It is in this package for the sake of what Flink's
 * reporters keep their metrics in; their names, labels and values are those of Flink's class.
 */
public final class LoopbackReporterFactory implements MetricReporterFactory {
  @Override
  public MetricReporter createMetricReporter(Properties properties) {
    return new LoopbackReporter();
  }

  private static final class LoopbackReporter extends AbstractPrometheusReporter {
    private HTTPServer server;

    @Override
    public void open(MetricConfig config) {
      super.open(config);
      int port = config.getInteger("port", 0);
      try {
        server =
            new HTTPServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), registry);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      server.stop();
      super.close();
    }
  }
}
