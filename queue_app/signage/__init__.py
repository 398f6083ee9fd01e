"""What an office shows on its displays beside the numbers: pictures, videos, running text, logo, colours."""
