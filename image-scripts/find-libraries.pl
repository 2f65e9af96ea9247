#!/usr/bin/perl
# find-libraries.pl MODE FOLDER... : asks the dynamic linker what ELF files need.
#
#   reads further paths from standard input, each ended by a zero byte
#   prints  library<TAB>path of a library outside of the folders
#           missing<TAB>name of a library that is not found<TAB>file that needs it
use strict;
use warnings;

my ($mode, @folders) = @ARGV;
# What --nv and --rocm of Apptainer bring in: the driver's libraries belong to the kernel module of the host. CUDA's own,
# such as libcudart, are not among them.
my $hosts = qr/^lib(?:(?:cuda|cudadebugger|nvcuvid|nvoptix|(?:EGL|GLX|GLESv1_CM|GLESv2|vdpau)_nvidia)\.so
  |nvidia-|amdocl|amdcomgr64|rocr_debug_agent)/x;

# perl-base has no File::Find.
my @files = (read_paths(\*STDIN), map { list_files($_) } grep { -d } @folders);

my (%libraries, %missing);
for my $file (@files) {
  next if -l $file || !-f $file || !is_dynamic($file);
  open my $ldd, '-|', 'ldd', $file or die "ldd: $!";
  while (<$ldd>) {
    if (/^\s*(\S+) => not found/) { $missing{$1} //= $file unless $1 =~ $hosts; }
    elsif (m{=> (/\S+)} || m{^\s*(/\S+) \(0x}) { $libraries{$1} = 1; }
  }
  close $ldd;
}
print "library\t$_\n" for sort grep { my $l = $_; !grep { index($l, "$_/") == 0 } @folders } keys %libraries;
print "missing\t$_\t$missing{$_}\n" for sort keys %missing;

sub list_files {
  my ($folder) = @_;
  open my $find, '-|', 'find', $folder, '-type', 'f', '-print0' or die "find: $!";
  return read_paths($find);
}

# Each ends with a zero byte.
sub read_paths {
  my ($handle) = @_;
  binmode $handle;
  local $/ = "\0";
  chomp(my @paths = <$handle>);
  return @paths;
}

# ELF, and an executable or a shared object.
sub is_dynamic {
  my ($file) = @_;
  open my $handle, '<:raw', $file or return 0;
  my $length = read $handle, my $head, 18;
  return 0 unless $length && $length == 18 && substr($head, 0, 4) eq "\x7fELF";
  my $type = unpack(ord(substr($head, 5, 1)) == 2 ? 'n' : 'v', substr($head, 16, 2));
  return $type == 2 || $type == 3;
}
