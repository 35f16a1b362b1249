#include <math.h>
#include <string.h>
#define L LANES
#define BLOCKS 8
#define ROWS 8
typedef double row[L];
static inline double top(double a, double b) { return a > b ? a : b; }
static inline double low(double a, double b) { return a < b ? a : b; }
#define STEP \
    double x = X[i], y = Y[i], s = x + y, d = 0.5 * x - 0.5 * y, s3 = s * s * s, d3 = d * d * d; \
    double loss = s3 * s + d3 * d, gx = 4 * s3 + 2 * d3, gy = 4 * s3 - 2 * d3; \
    MX[i] = B1[i] * MX[i] + (1 - B1[i]) * gx; MY[i] = B1[i] * MY[i] + (1 - B1[i]) * gy; \
    VX[i] = B2[i] * VX[i] + (1 - B2[i]) * (gx * gx); VY[i] = B2[i] * VY[i] + (1 - B2[i]) * (gy * gy); \
    double p1 = P1[i] * B1[i], p2 = P2[i] * B2[i]; \
    P1[i] = p1 = p1 < 1e-18 ? 0 : p1; P2[i] = p2 = p2 < 1e-18 ? 0 : p2; \
    double dx = eta * (MX[i] / (1 - p1)) / (sqrt(VX[i] / (1 - p2)) + eps); \
    double dy = eta * (MY[i] / (1 - p1)) / (sqrt(VY[i] / (1 - p2)) + eps); \
    T[i] += loss * 0.0; X[i] = x - dx; Y[i] = y - dy;

void map(long cells, const double *b1, const double *b2, double eta, double eps, double x0, double y0, long steps,
         double *restrict blocks, double *restrict totals, double *restrict last)
{
    long window = steps / 4 / BLOCKS * BLOCKS, plain = steps - window;
    for (long c = 0; c < cells; c += L) {
        row X, Y, MX, MY, VX, VY, P1, P2, B1, B2, T, F, SX, SY, RI, RE, PA;
        for (int i = 0; i < L; i++) {
            X[i] = x0; Y[i] = y0; MX[i] = MY[i] = VX[i] = VY[i] = T[i] = SX[i] = SY[i] = RI[i] = RE[i] = PA[i] = 0;
            P1[i] = P2[i] = 1; B1[i] = b1[c + i]; B2[i] = b2[c + i]; F[i] = INFINITY;
        }
        for (long k = 0; k < plain; k++)
            for (int i = 0; i < L; i++) { STEP F[i] = loss; }
        for (int b = 0; b < BLOCKS; b++) {
            row HI, LO, SU, CA, XL, XH, YL, YH;
            for (int i = 0; i < L; i++) {
                HI[i] = XH[i] = YH[i] = -INFINITY; LO[i] = XL[i] = YL[i] = INFINITY; SU[i] = CA[i] = 0;
            }
            for (long k = 0; k < window / BLOCKS; k++)
                for (int i = 0; i < L; i++) {
                    STEP
                    double term = loss - CA[i], total = SU[i] + term;
                    CA[i] = (total - SU[i]) - term; SU[i] = total;
                    HI[i] = top(HI[i], loss); LO[i] = low(LO[i], loss);
                    XL[i] = low(XL[i], x); XH[i] = top(XH[i], x); YL[i] = low(YL[i], y); YH[i] = top(YH[i], y);
                    double ux = X[i] - x, uy = Y[i] - y;
                    RI[i] += F[i] < loss ? 1.0 : 0.0;
                    RE[i] += ux * SX[i] + uy * SY[i] < 0 ? 1.0 : 0.0;
                    PA[i] += sqrt(ux * ux + uy * uy);
                    F[i] = loss; SX[i] = ux; SY[i] = uy;
                }
            double *rows[ROWS] = {HI, LO, SU, CA, XL, XH, YL, YH};
            for (int r = 0; r < ROWS; r++) memcpy(blocks + (b * ROWS + r) * cells + c, rows[r], sizeof(row));
        }
        double *t[4] = {RI, RE, PA, T}, *e[3] = {X, Y, F};
        for (int r = 0; r < 4; r++) memcpy(totals + r * cells + c, t[r], sizeof(row));
        for (int r = 0; r < 3; r++) memcpy(last + r * cells + c, e[r], sizeof(row));
    }
}
