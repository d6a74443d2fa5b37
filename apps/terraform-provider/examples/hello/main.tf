# One instance, of the image and on the network that every new cloud has.
terraform {
  required_providers {
    nereid = {
      source = "terraform.nereid.test/nereid/nereid"
    }
  }
}

resource "nereid_machine" "hello" {
  name     = "hello-terraform"
  image    = "nereid-base"
  package  = "nano"
  networks = ["external"]
}

output "address" {
  value = nereid_machine.hello.primaryip
}
