// What everybody who exchanges malware uses: an export shall not be opened by accident, it is no secret.
export const exportPassword = 'infected';
