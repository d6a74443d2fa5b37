// One file that Terraform starts.
import { bundle } from '../../config/bundle.mjs';

await bundle('terraform-provider', 'terraform-provider-nereid');
