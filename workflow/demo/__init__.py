"""The demo district: invented bodies, people and enterprises, made through the product's own commands."""

from workflow.demo.create import create_demo

__all__ = ["create_demo"]
