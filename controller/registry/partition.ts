/** DNS suffix of AWS's regional endpoints in each partition, as botocore resolves them. Partitions never mix in one request. */
export const dnsSuffixes: Readonly<Record<string, string>> = {
  aws: 'amazonaws.com',
  'aws-cn': 'amazonaws.com.cn',
  'aws-us-gov': 'amazonaws.com',
  'aws-eusc': 'amazonaws.eu',
  'aws-iso': 'c2s.ic.gov',
  'aws-iso-b': 'sc2s.sgov.gov',
  'aws-iso-e': 'cloud.adc-e.uk',
  'aws-iso-f': 'csp.hci.ic.gov',
};

/** DNS suffixes of AWS's dual-stack endpoints, which serve IPv4 and IPv6. */
export const dualStackSuffixes: readonly string[] = [
  'on.aws',
  'on.amazonwebservices.com.cn',
  'on.amazonwebservices.eu',
];
