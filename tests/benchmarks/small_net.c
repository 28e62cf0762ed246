/* The yardstick for one update of problems/sigmoid-2-2-2.yaml: the same arithmetic in C.
   Usage: small_net UPDATES; prints nanoseconds an update and the loss after the last one. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double sigmoid(double z) { return 1.0 / (1.0 + exp(-z)); }

int main(int count, char **arguments) {
  long updates = count > 1 ? atol(arguments[1]) : 1000000;
  volatile double eta_source = 0.5;
  double eta = eta_source;
  double x[2] = {0.02, 0.7}, y[2] = {0.0, 1.0};
  double w[2][2] = {{0.1, 0.2}, {0.3, 0.4}}, v[2][2] = {{0.2, 0.3}, {0.1, 0.2}};
  double b = 0.3, c = 0.2, h[2], o[2], loss = 0.0;
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (long update = 0; update <= updates; update++) {
    double dv[2], dw[2];
    loss = 0.0;
    for (int j = 0; j < 2; j++) h[j] = sigmoid(w[j][0] * x[0] + w[j][1] * x[1] + b);
    for (int k = 0; k < 2; k++) {
      o[k] = sigmoid(v[k][0] * h[0] + v[k][1] * h[1] + c);
      loss += 0.5 * (o[k] - y[k]) * (o[k] - y[k]);
    }
    if (update == updates) break;
    for (int k = 0; k < 2; k++) dv[k] = (o[k] - y[k]) * o[k] * (1.0 - o[k]);
    for (int j = 0; j < 2; j++)
      dw[j] = (dv[0] * v[0][j] + dv[1] * v[1][j]) * h[j] * (1.0 - h[j]);
    for (int j = 0; j < 2; j++)
      for (int i = 0; i < 2; i++) {
        v[j][i] -= eta * dv[j] * h[i];
        w[j][i] -= eta * dw[j] * x[i];
      }
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%.3f %.17g\n",
         ((end.tv_sec - start.tv_sec) * 1e9 + (end.tv_nsec - start.tv_nsec)) / updates, loss);
  return 0;
}
